-- What every script of a lane begins with. KEYS[1] is '{d:NN}:lane'; every other key of the lane is named from it.
-- Ahead of this stands T, the table of transitions. Scripts read first, then write, then call finish_call().
local LANE = KEYS[1]
local P = string.sub(LANE, 1, -5)

local function whole(number) return string.format('%.0f', number) end

-- Redis' clock in milliseconds, never backwards within a lane.
local now
do
  local time = redis.call('TIME')
  now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  local seen = tonumber(redis.call('HGET', LANE, 'clock') or '0')
  if seen > now then now = seen end
end
local NOW = whole(now)

-- Counters are summed here and written once a call.
local states, statuses, wake = {}, {}, false
local function add(sums, field, by) sums[field] = (sums[field] or 0) + by end

-- What people see for a state: a repeat that waits for its turn is still 'scheduled-for-later'.
local function shown(state, attempt, status)
  if state == 'final' then return status end
  if state == 'sending' then return 'sending' end
  if state == 'deferred' or attempt > 0 then return 'scheduled-for-later' end
  return 'queued'
end

local FIELDS = { 's', 't', 'id', 'a', 'rev', 'w', 'st', 'un', 'uc', 'ud', 'q', 'rh', 'h', 'nm', 'tr' }

-- The record's fields, or nil when there is no such record.
local function read(key)
  local values = redis.call('HMGET', P .. 'i:' .. key, unpack(FIELDS))
  if not values[1] then return nil end
  local record = { key = key }
  for i, name in ipairs(FIELDS) do record[name] = values[i] or nil end
  record.a = tonumber(record.a or '0')
  record.rev = tonumber(record.rev or '0')
  record.uc = tonumber(record.uc or '0')
  return record
end

local TRAIL_BYTES = 4096

-- Makes a transition: state, counters, trail and event. `sets` are more fields for the record, name and value in turn.
local function move(record, transition, status, by, reply, sets)
  local row = T[transition]
  local from, was = record.s, shown(record.s, record.a, record.st)
  if not row.from[from] then return false end
  local rk = P .. 'i:' .. record.key
  sets = sets or {}
  for i = 1, #sets, 2 do
    if sets[i] == 'a' then record.a = tonumber(sets[i + 1]) end
  end
  record.s = row.to
  if row.to == 'final' then
    record.st = status
    sets[#sets + 1] = 'st'
    sets[#sets + 1] = status
  end
  local is = shown(record.s, record.a, record.st)
  if from ~= 'final' then add(states, from, -1) end
  if row.to ~= 'final' then add(states, row.to, 1) end
  if was ~= is then
    add(statuses, record.t .. ' ' .. was, -1)
    add(statuses, record.t .. ' ' .. is, 1)
    local line = cjson.encode({ now, was, is, by, reply or '' }) .. '\n'
    local trail = (record.tr or '') .. line
    if #trail <= TRAIL_BYTES then
      record.tr = trail
      sets[#sets + 1] = 'tr'
      sets[#sets + 1] = trail
    end
    redis.call('XADD', P .. 'events', 'MAXLEN', '~', '1000000', '*', 'k', record.key, 't', record.t, 'id', record.id,
      'f', was, 's', is, 'a', record.a, 'by', by, 'r', reply or '')
  end
  redis.call('HSET', rk, 's', row.to, unpack(sets))
  return true
end

-- The tenant's queue got work: gives the flow its place, at the lane's virtual time or at its own last finish, whichever is later.
local function activate(flow)
  local ready = P .. 'ready'
  if redis.call('ZSCORE', ready, flow) then return end
  if redis.call('ZCARD', ready) == 0 then wake = true end
  local start = tonumber(redis.call('HGET', LANE, 'vtime') or '0')
  local finish = tonumber(redis.call('ZSCORE', P .. 'idle', flow) or '0')
  if finish > start then start = finish end
  redis.call('ZREM', P .. 'idle', flow)
  redis.call('ZADD', ready, string.format('%.17g', start), flow)
end

local function enqueue(record, at_head)
  redis.call(at_head and 'LPUSH' or 'RPUSH', P .. 'q:' .. record.t, record.key)
  activate(record.t)
end

local function release(record)
  if record.w then
    redis.call('SREM', P .. 'held:' .. record.w, record.key)
    redis.call('HDEL', P .. 'i:' .. record.key, 'w')
    record.w = nil
  end
end

local function wait_until(record, due)
  redis.call('ZADD', P .. 'later', whole(due), record.key)
end

-- Ends an invitation: whole record for a while, its id for longer.
local function finish(record, transition, status, by, reply, sets, retention)
  if not move(record, transition, status, by, reply, sets) then return false end
  release(record)
  local rk = P .. 'i:' .. record.key
  redis.call('HDEL', rk, 'due', 'ud')
  redis.call('ZREM', P .. 'later', record.key)
  redis.call('PEXPIRE', rk, retention.final)
  redis.call('SET', P .. 'k:' .. record.key, record.h, 'PX', retention.id)
  return true
end

-- An attempt whose outcome nobody knows: again later, once, or set aside; as the policy that came with the start says.
local function unsure(record, by, reply, retention)
  local delay = tonumber(record.ud or '-1')
  local un = (record.un and record.un .. ' ' or '') .. record.a -- the attempts that nobody knows of
  local sets = { 'un', un, 'uc', record.uc + 1, 'd', 'uncertain', 'r', reply or '' }
  add(states, 'uncertain', 1)
  if delay < 0 or record.uc >= 1 then
    return finish(record, 'shelve', 'internal-error', by, reply, sets, retention)
  end
  sets[#sets + 1] = 'due'
  sets[#sets + 1] = whole(now + delay)
  if not move(record, 'unsure', nil, by, reply, sets) then return false end
  release(record)
  wait_until(record, now + delay)
  return true
end

local function finish_call()
  for state, by in pairs(states) do
    if by ~= 0 then redis.call('HINCRBY', LANE, 'n:' .. state, by) end
  end
  for field, by in pairs(statuses) do
    if by ~= 0 and redis.call('HINCRBY', P .. 'counts', field, by) == 0 then redis.call('HDEL', P .. 'counts', field) end
  end
  redis.call('HSET', LANE, 'clock', NOW)
  if wake then redis.call('PUBLISH', P .. 'wake', '') end
end
