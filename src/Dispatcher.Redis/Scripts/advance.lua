-- The steps of claimed and sending invitations: starts and outcomes, in one call a tick. Every step repeats safely.
-- ARGV: worker; then a step each, by tabs: kind, key, and what the function of that name below takes.
-- Returns an answer per step: 'ok' | 'gone' (not ours any more) | 'stale' (that attempt's outcome is known) |
--   'changed' (start, unstart, drop, hold, wait: decide again on these facts), by tabs: revision, suppressed reason, months, marks, 'edited' or
--   nothing, name.
local worker = ARGV[1]
local OK, GONE, STALE = 'ok', 'gone', 'stale'

local function mine(record) return record.s == 'claimed' and record.w == worker end

-- Edited since it was decided: what was decided does not hold any more.
local function edited(record, revision) return (record.rev or '0') ~= revision end

-- Its outcome is still unknown: it is on the wire, or was given up as uncertain.
local function open(record, attempt) return record.s == 'sending' and record.a == tonumber(attempt) end
local function unknown(record, attempt)
  return record.un and string.find(' ' .. record.un .. ' ', ' ' .. attempt .. '@' .. worker .. ' ', 1, true) ~= nil
end

-- Known now: that attempt was not taken. A repeat that waits, or is under way, stands; what was set aside stays so.
local function not_taken(record, attempt, reply)
  local left = {}
  for one in string.gmatch(record.un, '%S+') do
    if one ~= attempt .. '@' .. worker then left[#left + 1] = one end
  end
  note(record, 'un', left[1] and table.concat(left, ' '))
  note(record, 'uc', record.uc - 1)
  say(record, shown(record), worker, reply, 'an earlier attempt was not taken')
  return OK
end

-- Why each recipient of this call must not be written to, by key; asked once.
local suppressed = {}
local function suppression(record) return record.rh ~= '' and suppressed[P .. 's:' .. record.t .. ':' .. record.rh] or false end

local function changed(record, unknown_sku)
  local name = record.nm
  return table.concat({ 'changed', record.rev or '0', suppression(record) or '', tenant(record.t).months, marks_of(record, unknown_sku),
    name and 'edited' or '', name or '' }, '\t')
end

local function back(record)
  move(record, 'back', worker)
  release(record)
  enqueue(record, true)
end

local kinds = {}

function kinds.start(record, before, revision, delay, month, limit, guards)
  local attempt = before + 1
  if record.s == 'sending' and record.w == worker and record.a == attempt then return OK end
  if not mine(record) or record.a ~= attempt - 1 then return GONE end
  local owner = tenant(record.t)
  if L.paused > 0 or (bounded(record.t) and owner.paused > 0) or (record.g ~= '' and group(record.g).paused > 0) then
    back(record)
    return GONE
  end
  local rule = L.rules > 0 and ruled(record)
  if rule then
    obey(record, rule)
    return rule.action == 'cancel' and GONE or changed(record)
  end
  if edited(record, revision) or suppression(record) then return changed(record) end
  -- First all that may object, then all that is reserved.
  local objection, sku = objects(record, owner, guards)
  if objection then return changed(record, sku) end
  local pays = limit ~= '' and not record.q
  if pays and used(owner, month) >= tonumber(limit) then return changed(record) end
  reserve(record, owner, guards)
  if pays then
    use(owner, month, 1)
    note(record, 'q', month)
  end
  record.due = delay
  move(record, 'start', worker, nil, nil, nil, nil, attempt)
  return OK
end

-- Confirmed a moment ago, and more is known now: nothing was written yet.
function kinds.unstart(record, attempt)
  if not open(record, attempt) or record.w ~= worker then return GONE end
  record.due = ''
  move(record, 'unstart', worker, nil, nil, nil, nil, record.a - 1)
  return changed(record)
end

function kinds.drop(record, revision, status, detail)
  if not mine(record) then return GONE end
  if edited(record, revision) then return changed(record) end
  finish(record, 'drop', status, worker, nil, detail)
  return OK
end

function kinds.hold(record, revision, delay, detail)
  if not mine(record) then return GONE end
  if edited(record, revision) then return changed(record) end
  move(record, 'hold', worker, nil, detail)
  release(record)
  wait_until(record, now + tonumber(delay))
  return OK
end

-- Its tenant's monthly limit is used up and the tenant waits: so does everything of it, in its queue.
function kinds.wait(record, revision, delay)
  if not mine(record) then return GONE end
  if edited(record, revision) then return changed(record) end
  set(tenant(record.t), 'closed', now + tonumber(delay))
  back(record)
  return OK
end

function kinds.back(record)
  if record.s == 'sending' and record.w == worker then
    -- Its holder does not know it: Redis lost the outcome that it had confirmed, or a worker of this name started anew.
    unsure(record, worker, 'the outcome was lost')
    return OK
  end
  if not mine(record) then return GONE end
  back(record)
  return OK
end

function kinds.interrupt(record, attempt, reply)
  if unknown(record, attempt) then return not_taken(record, attempt, reply) end
  -- The number of an interrupted attempt is used again: a repeat of this step must not hit another worker's attempt.
  if not open(record, attempt) or record.w ~= worker then return STALE end
  record.due = ''
  move(record, 'interrupt', worker, reply, nil, nil, nil, record.a - 1)
  release(record)
  enqueue(record, true)
  return OK
end

function kinds.defer(record, attempt, delay, detail, reply)
  if unknown(record, attempt) then return not_taken(record, attempt, reply) end
  if not open(record, attempt) then return STALE end
  move(record, 'defer', worker, reply, detail)
  release(record)
  wait_until(record, now + tonumber(delay))
  return OK
end

function kinds.unsure(record, attempt, reply)
  if not open(record, attempt) then return STALE end
  unsure(record, worker, reply)
  return OK
end

function kinds.done(record, attempt, status, detail, reply, accepted, hard)
  local late = unknown(record, attempt)
  if not late and not open(record, attempt) then return STALE end
  -- A newer attempt has begun: only a delivery of this one still decides.
  if late and status ~= 'delivered' and tonumber(attempt) < record.a then return not_taken(record, attempt, reply) end
  if late then note(record, 'un', nil) end
  if hard ~= '' and record.rh ~= '' then suppress(record.t, record.rh, 'hard-bounce', hard) end
  finish(record, late and 'settle' or 'done', status, worker, reply, detail, accepted)
  return OK
end

-- 1. What is asked for, and what must be known for it.
local match, kind_of, keys, rest_of, recipients, HEAD = string.match, {}, {}, {}, {}, '^(%l+)\t([^\t]*)\t?()'
for n = 1, #ARGV - 1 do kind_of[n], keys[n], rest_of[n] = match(ARGV[n + 1], HEAD) end
read_all(keys)
for n = 1, #keys do
  local record = records[keys[n]]
  if record and record.s == 'claimed' and record.rh ~= '' then recipients[#recipients + 1] = P .. 's:' .. record.t .. ':' .. record.rh end
end
if recipients[1] then
  for n, reason in ipairs(call('MGET', unpack(recipients))) do suppressed[recipients[n]] = reason end
end

-- 2. One after the other.
local PART = '([^\t]*)'
local function parts(count) return '^' .. string.rep(PART .. '\t', count - 1) .. PART end
local REST = { start = parts(6), unstart = parts(1), drop = parts(3), hold = parts(3), wait = parts(2), back = '', interrupt = parts(2), defer = parts(4),
  unsure = parts(2), done = parts(6) }
local answers, strangers = {}, {}
for n = 1, #keys do
  local kind, record = kind_of[n], records[keys[n]]
  local answer = record and kinds[kind](record, match(ARGV[n + 1], REST[kind], rest_of[n])) or GONE
  if (answer == GONE or answer == STALE) and not (record and record.w == worker and (record.s == 'claimed' or record.s == 'sending')) then
    strangers[#strangers + 1] = keys[n]
  end
  answers[n] = answer
end
if strangers[1] then call('SREM', P .. 'held:' .. worker, unpack(strangers)) end
finish_call()
return answers
