-- The steps of claimed and sending invitations: starts and outcomes, in one call a tick. Every step repeats safely.
-- ARGV: worker, final retention ms, id retention ms; then per step: kind, key, and what that kind takes (ARGUMENTS).
-- Returns an array per step: {'ok'} | {'gone'} (not ours any more) | {'stale'} (that attempt's outcome is known) |
--   {'changed', edited name, revision, suppressed reason, months} (start, drop, hold, wait: decide again on these facts).
local worker = ARGV[1]
local retention = { final = ARGV[2], id = ARGV[3] }
local OK, GONE, STALE = { 'ok' }, { 'gone' }, { 'stale' }
local ARGUMENTS = {
  start = { 'attempt', 'revision', 'delay', 'month', 'limit' },
  drop = { 'revision', 'status', 'detail' },
  hold = { 'revision', 'delay', 'detail' },
  wait = { 'revision', 'delay' },
  back = {},
  interrupt = { 'attempt', 'reply' },
  defer = { 'attempt', 'delay', 'detail', 'reply' },
  unsure = { 'attempt', 'reply' },
  done = { 'attempt', 'status', 'detail', 'reply', 'accepted' },
}

local function mine(record) return record.s == 'claimed' and record.w == worker end

-- Edited since it was decided: what was decided does not hold any more.
local function edited(record, step) return (record.rev or '0') ~= step.revision end

-- Its outcome is still unknown: it is on the wire, or was given up as uncertain.
local function open(record, step) return record.s == 'sending' and record.a == tonumber(step.attempt) end
local function unknown(record, step)
  return record.un and string.find(' ' .. record.un .. ' ', ' ' .. step.attempt .. '@' .. worker .. ' ', 1, true) ~= nil
end

-- Known now: that attempt was not taken. A repeat that waits, or is under way, stands; what was set aside stays so.
local function not_taken(record, step)
  local left = {}
  for attempt in string.gmatch(record.un, '%S+') do
    if attempt ~= step.attempt .. '@' .. worker then left[#left + 1] = attempt end
  end
  note(record, 'un', left[1] and table.concat(left, ' '))
  note(record, 'uc', record.uc - 1)
  put(record, 'r', step.reply)
  return OK
end

-- Why each recipient of this call must not be written to, by hash key; asked once.
local suppressed = {}
local function suppression(record) return record.rh ~= '' and suppressed[P .. 's:' .. record.t .. ':' .. record.rh] or false end

local function changed(record)
  local name = record.nm or call('HGET', record.rk, 'nm')
  return { 'changed', name, tonumber(record.rev or 0), suppression(record), tenant(record.t).months }
end

-- What happened before: a detail of an earlier attempt must not stay.
local function detail(record, step)
  if step.detail ~= '' or record.a > 1 then put(record, 'd', step.detail) end
end

local function back(record)
  move(record, 'back', nil, worker)
  release(record)
  enqueue(record, true)
end

local kinds = {}

function kinds.start(record, step)
  local attempt = tonumber(step.attempt) + 1
  if record.s == 'sending' and record.w == worker and record.a == attempt then return OK end
  if not mine(record) or record.a ~= attempt - 1 then return GONE end
  local owner = tenant(record.t)
  if L.paused > 0 or owner.paused > 0 or (record.g ~= '' and group(record.g).paused > 0) then
    back(record)
    return GONE
  end
  local rule = L.rules > 0 and ruled(record)
  if rule then
    obey(record, rule, retention)
    return rule.action == 'cancel' and GONE or changed(record)
  end
  if edited(record, step) or suppression(record) then return changed(record) end
  if step.limit ~= '' and not record.q then
    if used(owner, step.month) >= tonumber(step.limit) then return changed(record) end
    use(owner, step.month, 1)
    note(record, 'q', step.month)
  end
  if attempt == 1 then put(record, 'f', NOW) end
  put(record, 'ud', step.delay)
  move(record, 'start', nil, worker, nil, attempt)
  return OK
end

function kinds.drop(record, step)
  if not mine(record) then return GONE end
  if edited(record, step) then return changed(record) end
  put(record, 'd', step.detail)
  finish(record, 'drop', step.status, worker, step.detail, retention)
  return OK
end

function kinds.hold(record, step)
  if not mine(record) then return GONE end
  if edited(record, step) then return changed(record) end
  put(record, 'd', step.detail)
  move(record, 'hold', nil, worker, step.detail)
  release(record)
  wait_until(record, now + tonumber(step.delay))
  return OK
end

-- Its tenant's monthly limit is used up and the tenant waits: so does everything of it, in its queue.
function kinds.wait(record, step)
  if not mine(record) then return GONE end
  if edited(record, step) then return changed(record) end
  set(tenant(record.t), 'closed', now + tonumber(step.delay))
  back(record)
  return OK
end

function kinds.back(record, step)
  if record.s == 'sending' and record.w == worker then
    -- Its holder does not know it: Redis lost the outcome that it had confirmed, or a worker of this name started anew.
    unsure(record, worker, 'the outcome was lost', retention)
    return OK
  end
  if not mine(record) then return GONE end
  back(record)
  return OK
end

function kinds.interrupt(record, step)
  if unknown(record, step) then return not_taken(record, step) end
  -- The number of an interrupted attempt is used again: a repeat of this step must not hit another worker's attempt.
  if not open(record, step) or record.w ~= worker then return STALE end
  move(record, 'interrupt', nil, worker, step.reply, record.a - 1)
  release(record)
  enqueue(record, true)
  return OK
end

function kinds.defer(record, step)
  if unknown(record, step) then return not_taken(record, step) end
  if not open(record, step) then return STALE end
  put(record, 'd', step.detail)
  put(record, 'r', step.reply)
  move(record, 'defer', nil, worker, step.reply)
  release(record)
  wait_until(record, now + tonumber(step.delay))
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
  detail(record, step)
  put(record, 'r', step.reply)
  if step.accepted ~= '' then
    put(record, 'acc', step.accepted)
    put(record, 'sent', NOW)
  end
  if late then note(record, 'un', nil) end
  finish(record, late and 'settle' or 'done', step.status, worker, step.reply, retention)
  return OK
end

-- 1. What is asked for, and what must be known for it.
local steps, recipients, i = {}, {}, 4
while i <= #ARGV do
  local kind, names = ARGV[i], ARGUMENTS[ARGV[i]]
  local step = { kind = kind, key = ARGV[i + 1] }
  for n = 1, #names do step[names[n]] = ARGV[i + 1 + n] end
  i = i + 2 + #names
  steps[#steps + 1] = step
  local record = read(step.key)
  if record and kind ~= 'done' and record.s == 'claimed' and record.rh ~= '' then recipients[#recipients + 1] = P .. 's:' .. record.t .. ':' .. record.rh end
end
if recipients[1] then
  for n, reason in ipairs(call('MGET', unpack(recipients))) do suppressed[recipients[n]] = reason end
end

-- 2. One after the other.
local answers, strangers = {}, {}
for n, step in ipairs(steps) do
  local record = records[step.key]
  local answer = record and kinds[step.kind](record, step) or GONE
  if (answer == GONE or answer == STALE) and not (record and record.w == worker and (record.s == 'claimed' or record.s == 'sending')) then
    strangers[#strangers + 1] = step.key
  end
  answers[n] = answer
end
if strangers[1] then call('SREM', P .. 'held:' .. worker, unpack(strangers)) end
finish_call()
return answers
