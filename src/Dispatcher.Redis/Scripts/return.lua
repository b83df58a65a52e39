-- A worker's heartbeat, and what dead workers held: claimed after one lease as if nothing had happened, sending after four as uncertain.
-- While Redis was away nobody could beat: after a gap in all beats, or on another server than before, nothing is judged for one lease.
-- ARGV: worker, lease ms, most entries to look at, events kept, event age ms.
-- Returns {now, held by this worker, given back, judged uncertain, set aside as poison, ms until the next entry of 'later' is due or -1, 1 if
--   something may be claimed, ms by which the lane's clock is ahead of Redis' own}.
local worker, lease, most = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local workers = P .. 'workers'
local POISON = 5 -- crashes: two in company, three alone or on the wire

local beat = call('HMGET', LANE, 'beat', 'judge', 'server')
local judge = tonumber(beat[2] or '0')
local server = string.match(call('INFO', 'server'), 'run_id:(%w+)') or ''
-- Beats come once a second, and a little late: with the shortest lease half of it would always be a gap.
if now - tonumber(beat[1] or '0') > math.max(lease / 2, 1500) or beat[3] ~= server then
  judge = now + lease
  call('HSET', LANE, 'judge', whole(judge), 'server', server)
end
call('HSET', LANE, 'beat', NOW)
call('ZADD', workers, NOW, worker)

local given_back, uncertain, poison = 0, 0, 0

-- Counts a crash. Company can't be told from cause: the first two make a suspect, which is then claimed alone (claim.lua).
local function crashed(record)
  note(record, 'cr', (record.cr or 0) + 1)
  return tonumber(record.cr) >= POISON
end

local function return_to_queue(record)
  if crashed(record) then
    finish(record, 'poison', 'internal-error', 'return', nil, 'its worker was lost again and again while it held this invitation')
    poison = poison + 1
    return
  end
  move(record, 'back', 'return')
  release(record)
  enqueue(record, true)
  given_back = given_back + 1
end

local function judge_worker(dead, most_of_it)
  local silent = now - tonumber(call('ZSCORE', workers, dead))
  local held, strays = P .. 'held:' .. dead, {}
  for _, key in ipairs(call('SRANDMEMBER', held, most_of_it)) do
    local record = read(key)
    if not record or record.w ~= dead or (record.s ~= 'claimed' and record.s ~= 'sending') then
      strays[#strays + 1] = key
    elseif record.s == 'claimed' then
      return_to_queue(record)
    elseif silent > 4 * lease then
      crashed(record)
      unsure(record, 'return', 'worker ' .. dead .. ' was lost')
      uncertain = uncertain + 1
    end
  end
  if strays[1] then call('SREM', held, unpack(strays)) end
end

local dead = now >= judge and call('ZRANGEBYSCORE', workers, '-inf', '(' .. whole(now - lease), 'LIMIT', 0, most) or {}
-- Some of each: what the first of them were sending can't be judged yet, and must not hold up what the others had claimed.
local each = math.max(1, math.floor(most / math.max(1, #dead)))
for _, name in ipairs(dead) do judge_worker(name, each) end

-- Events that nobody projected go, by age (their ids are Redis' own time) and by number: an entry holds several. Whoever adds some without a beat
-- between keeps to the number of entries.
if L.maxevents ~= tonumber(ARGV[4]) then set_lane('maxevents', tonumber(ARGV[4])) end
call('XTRIM', P .. 'events', 'MINID', '~', whole(real - tonumber(ARGV[5])))
local first = call('XRANGE', P .. 'events', '-', '+', 'COUNT', 1)[1]
if first then
  local length = call('XLEN', P .. 'events')
  local before = tonumber(first[2][2]) -- nil: somebody else's entry
  local kept = before and L.events - before or length
  if kept > tonumber(ARGV[4]) then call('XTRIM', P .. 'events', 'MAXLEN', '~', math.floor(length * tonumber(ARGV[4]) / kept)) end
end
finish_call()
for _, name in ipairs(dead) do
  if call('EXISTS', P .. 'held:' .. name) == 0 then
    call('ZREM', workers, name)
    call('DEL', P .. 'w:' .. name)
  end
end
local next_due, limited = call('ZRANGE', P .. 'later', 0, 0, 'WITHSCORES'), call('ZRANGE', P .. 'limited', 0, 0, 'WITHSCORES')
local work = L.paused == 0 and (L.active > 0 or (limited[2] and limited[2] ~= 'inf' and tonumber(limited[2]) <= now))
return { NOW, call('SCARD', P .. 'held:' .. worker), given_back, uncertain, poison,
  next_due[2] and whole(math.max(0, tonumber(next_due[2]) - now)) or '-1', work and 1 or 0, whole(now - real) }
