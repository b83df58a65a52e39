-- Gives a worker a fair batch: start-time fair queueing between flows (Goyal, Vin, Cheng 1996). A visit takes some entries of the flow
-- with the least start tag; the lane's virtual time is the tag of the last entry taken; the flow's next tag is tag + entries / weight.
-- ARGV: worker, call number, most entries.
-- Returns {now, entries, 1 when it stopped among withdrawn entries and there is more}; an entry is
--   {key, body, edited name, attempt, revision, first attempt ms, suppressed reason, months and counts, tenant, id}.
-- The same call number again returns what that call claimed, as far as it is still held.
local worker, call, most = ARGV[1], ARGV[2], tonumber(ARGV[3])
local me = P .. 'w:' .. worker

local function entry(record, quota)
  local more = redis.call('HMGET', P .. 'i:' .. record.key, 'b', 'f')
  local reason = record.rh and redis.call('GET', P .. 's:' .. record.t .. ':' .. record.rh)
  return { record.key, more[1], record.nm or false, record.a, record.rev, more[2] or false, reason or false, quota, record.t, record.id }
end

local function months(tenant) return redis.call('HGETALL', P .. 'm:' .. tenant) end

local entries = {}
local last = redis.call('HMGET', me, 'call', 'keys')
if last[1] == call then
  for key in string.gmatch(last[2], '%S+') do
    local record = read(key)
    if record and record.s == 'claimed' and record.w == worker then
      entries[#entries + 1] = entry(record, months(record.t))
    end
  end
  return { NOW, entries, 0 }
end

local ready, keys, looked = P .. 'ready', {}, 0
local vtime = tonumber(redis.call('HGET', LANE, 'vtime') or '0')
while #keys < most and looked < most + 1000 do
  local first = redis.call('ZRANGE', ready, 0, 0, 'WITHSCORES')
  if not first[1] then break end
  local flow, start = first[1], tonumber(first[2])
  local queue = P .. 'q:' .. flow
  local visit = math.min(most - #keys, math.max(1, math.ceil(most / redis.call('ZCARD', ready))), 64)
  local waiting = redis.call('LRANGE', queue, 0, visit - 1)
  local quota, taken = nil, 0
  for _, key in ipairs(waiting) do
    looked = looked + 1
    local record = read(key)
    -- What was cancelled or settled while it waited is still in the list: it is left out here.
    if record and record.s == 'queued' then
      quota = quota or months(record.t)
      record.w = worker
      move(record, 'claim', nil, worker, nil, { 'w', worker })
      redis.call('SADD', P .. 'held:' .. worker, key)
      entries[#entries + 1] = entry(record, quota)
      keys[#keys + 1] = key
      taken = taken + 1
    end
  end
  redis.call('LTRIM', queue, #waiting, -1)
  local weight = tonumber(redis.call('HGET', P .. 'weights', flow) or '1')
  -- A visit that met only withdrawn entries costs one: else the flow kept its place, and a cancelled batch held up everyone.
  local next_start = string.format('%.17g', start + math.max(1, taken) / weight)
  if redis.call('EXISTS', queue) == 0 then
    redis.call('ZREM', ready, flow)
    redis.call('ZADD', P .. 'idle', next_start, flow)
  else
    redis.call('ZADD', ready, next_start, flow)
  end
  -- The start tag of the last entry taken; never back, so that a newcomer can't claim service that others have had.
  local served = start + math.max(0, taken - 1) / weight
  if served > vtime then
    vtime = served
    redis.call('HSET', LANE, 'vtime', string.format('%.17g', vtime))
  end
  -- A flow that rested until its finish tag passed has no claim left to remember.
  redis.call('ZREMRANGEBYSCORE', P .. 'idle', '-inf', string.format('(%.17g', vtime))
end
if #keys > 0 then
  -- Who holds something must be among those who can be judged, even if it dies before its first heartbeat.
  redis.call('ZADD', P .. 'workers', 'NX', NOW, worker)
  redis.call('HSET', me, 'call', call, 'keys', table.concat(keys, ' '))
  finish_call()
end
return { NOW, entries, #keys < most and looked >= most + 1000 and 1 or 0 }
