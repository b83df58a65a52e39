-- The steps of claimed and sending invitations: starts and outcomes, in one call a tick. Every step repeats safely.
-- ARGV: worker, final retention ms, id retention ms; then 11 per step:
--   kind, key, attempt, revision, status, detail, reply, accepted by, delay ms, month, limit
-- Returns an array per step: {'ok'} | {'gone'} (not ours any more) | {'stale'} (that attempt's outcome is known) |
--   {'changed', edited name, revision, suppressed reason, months and counts} (start, drop, hold: decide again on these facts).
local worker = ARGV[1]
local retention = { final = ARGV[2], id = ARGV[3] }
local OK, GONE, STALE = { 'ok' }, { 'gone' }, { 'stale' }

local function mine(record) return record.s == 'claimed' and record.w == worker end

-- Edited since it was decided: what was decided does not hold any more.
local function edited(record, step) return record.rev ~= tonumber(step.revision) end

-- Its outcome is still unknown: it is on the wire, or was given up as uncertain.
local function open(record, step)
  return record.s == 'sending' and record.a == tonumber(step.attempt)
end
local function unknown(record, step)
  return record.un and string.find(' ' .. record.un .. ' ', ' ' .. step.attempt .. ' ', 1, true) ~= nil
end

-- Known now: that attempt was not taken. A repeat that waits, or is under way, stands.
local function not_taken(record, step)
  local left = {}
  for attempt in string.gmatch(record.un, '%S+') do
    if attempt ~= step.attempt then left[#left + 1] = attempt end
  end
  local rk = P .. 'i:' .. record.key
  redis.call('HDEL', rk, 'un')
  if left[1] then redis.call('HSET', rk, 'un', table.concat(left, ' ')) end
  redis.call('HSET', rk, 'r', step.reply, 'uc', record.uc - 1)
  return OK
end

local function suppressed(record) return record.rh and redis.call('GET', P .. 's:' .. record.t .. ':' .. record.rh) end

local function changed(record)
  return { 'changed', record.nm or false, record.rev, suppressed(record) or false, redis.call('HGETALL', P .. 'm:' .. record.t) }
end

local kinds = {}

function kinds.start(record, step)
  local attempt = tonumber(step.attempt) + 1
  if record.s == 'sending' and record.w == worker and record.a == attempt then return OK end
  if not mine(record) or record.a ~= attempt - 1 then return GONE end
  if suppressed(record) or edited(record, step) then return changed(record) end
  local sets = { 'a', attempt, 'ud', step.delay }
  if step.limit ~= '' and not record.q then
    local quota = P .. 'm:' .. record.t
    if tonumber(redis.call('HGET', quota, step.month) or '0') >= tonumber(step.limit) then return changed(record) end
    redis.call('HINCRBY', quota, step.month, 1)
    redis.call('PEXPIRE', quota, 5356800000) -- 62 days: this month and the one that may still be open elsewhere
    sets[#sets + 1] = 'q'
    sets[#sets + 1] = step.month
  end
  redis.call('HSETNX', P .. 'i:' .. record.key, 'f', NOW)
  move(record, 'start', nil, worker, nil, sets)
  return OK
end

function kinds.drop(record, step)
  if not mine(record) then return GONE end
  if edited(record, step) then return changed(record) end
  finish(record, 'drop', step.status, worker, step.detail, { 'd', step.detail }, retention)
  return OK
end

function kinds.hold(record, step)
  if not mine(record) then return GONE end
  if edited(record, step) then return changed(record) end
  local due = now + tonumber(step.delay)
  move(record, 'hold', nil, worker, step.detail, { 'd', step.detail, 'due', whole(due) })
  release(record)
  wait_until(record, due)
  return OK
end

function kinds.back(record, step)
  if record.s == 'sending' and record.w == worker then
    -- Its holder does not know it: Redis lost the outcome that it had confirmed, or a worker of this name started anew.
    unsure(record, worker, 'the outcome was lost', retention)
    return OK
  end
  if record.s ~= 'claimed' or record.w ~= worker then return GONE end
  move(record, 'back', nil, worker)
  release(record)
  enqueue(record, true)
  return OK
end

function kinds.interrupt(record, step)
  if unknown(record, step) then return not_taken(record, step) end
  -- The number of an interrupted attempt is used again: a repeat of this step must not hit another worker's attempt.
  if not open(record, step) or record.w ~= worker then return STALE end
  move(record, 'interrupt', nil, worker, step.reply, { 'a', record.a - 1 })
  release(record)
  enqueue(record, true)
  return OK
end

function kinds.defer(record, step)
  if unknown(record, step) then return not_taken(record, step) end
  if not open(record, step) then return STALE end
  local due = now + tonumber(step.delay)
  move(record, 'defer', nil, worker, step.reply, { 'd', step.detail, 'r', step.reply, 'due', whole(due) })
  release(record)
  wait_until(record, due)
  return OK
end

function kinds.unsure(record, step)
  if not open(record, step) then return STALE end
  unsure(record, worker, step.reply, retention)
  return OK
end

function kinds.done(record, step)
  local late = unknown(record, step)
  if not late and not open(record, step) then return STALE end
  -- A newer attempt has begun: only a delivery of this one still decides.
  if late and step.status ~= 'delivered' and tonumber(step.attempt) < record.a then return not_taken(record, step) end
  local sets = { 'd', step.detail, 'r', step.reply }
  if step.accepted ~= '' then
    sets[#sets + 1] = 'acc'
    sets[#sets + 1] = step.accepted
    sets[#sets + 1] = 'sent'
    sets[#sets + 1] = NOW
  end
  if late then redis.call('HDEL', P .. 'i:' .. record.key, 'un') end
  finish(record, late and 'settle' or 'done', step.status, worker, step.reply, sets, retention)
  return OK
end

local answers = {}
for i = 4, #ARGV, 11 do
  local step = { attempt = ARGV[i + 2], revision = ARGV[i + 3], status = ARGV[i + 4], detail = ARGV[i + 5], reply = ARGV[i + 6],
    accepted = ARGV[i + 7], delay = ARGV[i + 8], month = ARGV[i + 9], limit = ARGV[i + 10] }
  local record = read(ARGV[i + 1])
  local answer = record and kinds[ARGV[i]](record, step) or GONE
  if answer == GONE or answer == STALE then
    if not record or record.w ~= worker then redis.call('SREM', P .. 'held:' .. worker, ARGV[i + 1]) end
  end
  answers[#answers + 1] = answer
end
finish_call()
return answers
