-- The steps of claimed and sending invitations, by the names that advance.lua gets: what each does, and what it takes. Every step repeats safely.
-- Whose steps they are: set at the beginning of each call.
local worker
local OK, GONE, STALE = 'ok', 'gone', 'stale'

local function mine(record) return record.s == 'claimed' and record.w == worker end

-- What was decided does not hold any more: it was edited since, or its recipient must not be written to and that was not known. A claim does not
-- look that up, since a start must in any case. `revision`: the edits that were known, and 's' if that was.
local function outdated(record, revision) return (record.suppressed and (record.rev or '0') .. 's' or record.rev or '0') ~= revision end

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
  note(record, 'uc', (record.uc or 1) - 1)
  say(record, shown(record), worker, reply, 'an earlier attempt was not taken')
  if record.s == 'final' then has_ended(record.key) end -- its newest line counts when it is forgotten
  return OK
end

local function changed(record, unknown_sku)
  local name = record.nm
  return table.concat({ 'changed', record.rev or '0', record.suppressed or '', tenant(record.t).months, marks_of(record, unknown_sku),
    name and 'edited' or '', name or '' }, '\t')
end

-- What its claim took of the rates was for nothing. With what is claimed and not started they stay within two bursts all the same.
local function untake(record)
  if bounded(record.t) then take(tenant(record.t), -1) end
  if record.g ~= '' then take(group(record.g), -1) end
end

local function back(record)
  move(record, 'back', worker)
  release(record)
  untake(record)
  enqueue(record, true)
end

local kinds = {}

-- The answer to a start or a drop that a rule of cancel or edit concerns, which then ends or changes instead. Nil: none does.
local function by_rule(record)
  local rule = L.rules > 0 and ruled(record)
  if not rule then return nil end
  obey(record, rule)
  return rule.action == 'cancel' and GONE or changed(record)
end

function kinds.start(record, said, before, revision, delay, month, limit, guards)
  local attempt = before + 1
  if record.s == 'sending' and record.w == worker and record.a == attempt then return OK end
  if not mine(record) or record.a ~= attempt - 1 then return GONE end
  local owner = tenant(record.t)
  if L.paused > 0 or (bounded(record.t) and owner.paused > 0) or (record.g ~= '' and group(record.g).paused > 0) then
    back(record)
    return GONE
  end
  local overruled = by_rule(record)
  if overruled then return overruled end
  if outdated(record, revision) then return changed(record) end
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
function kinds.unstart(record, said, attempt)
  if not open(record, attempt) or record.w ~= worker then return GONE end
  record.due = ''
  move(record, 'unstart', worker, nil, nil, nil, nil, record.a - 1)
  return not_again(record) and GONE or changed(record)
end

function kinds.drop(record, said, revision, status)
  if not mine(record) then return GONE end
  local overruled = by_rule(record)
  if overruled then return overruled end
  if outdated(record, revision) then return changed(record) end
  finish(record, 'drop', status, worker, nil, said.detail)
  return OK
end

function kinds.hold(record, said, revision, delay)
  if not mine(record) then return GONE end
  if outdated(record, revision) then return changed(record) end
  move(record, 'hold', worker, nil, said.detail)
  release(record)
  untake(record)
  wait_until(record, now + tonumber(delay))
  return OK
end

-- Its tenant's monthly limit is used up and the tenant waits: so does everything of it, in its queue. A month is the world's: what counts is how far
-- the lane's clock, which may be slower, comes in `delay`. `rule`: of the settings by which that was decided. Where others are in force already, its
-- worker will know of them in a second; until then the queue is closed all the same, or the worker claimed and gave back the same work over and over.
function kinds.wait(record, said, revision, delay, rule)
  if not mine(record) then return GONE end
  if outdated(record, revision) then return changed(record) end
  local owner, moment = tenant(record.t), now + clock_at(real + tonumber(delay)) - clock_at(real)
  local in_force = call('HGET', owner.key, 'monthly') -- none: nobody applied settings yet
  if in_force and in_force ~= rule then moment = math.max(owner.closed, math.min(moment, now + 1000)) end
  set(owner, 'closed', moment)
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

function kinds.interrupt(record, said, attempt)
  if unknown(record, attempt) then return not_taken(record, attempt, said.reply) end
  -- The number of an interrupted attempt is used again: a repeat of this step must not hit another worker's attempt.
  if not open(record, attempt) or record.w ~= worker then return STALE end
  record.due = ''
  move(record, 'interrupt', worker, said.reply, nil, nil, nil, record.a - 1)
  release(record)
  if not not_again(record) then enqueue(record, true) end
  return OK
end

-- `uncounted`: nobody was asked, and the number is used again, as an interrupted attempt's is.
function kinds.defer(record, said, attempt, delay, uncounted)
  if unknown(record, attempt) then return not_taken(record, attempt, said.reply) end
  if not open(record, attempt) or uncounted ~= '' and record.w ~= worker then return STALE end
  move(record, 'defer', worker, said.reply, said.detail, nil, nil, uncounted ~= '' and record.a - 1 or nil)
  release(record)
  if not not_again(record) then wait_until(record, now + tonumber(delay)) end
  return OK
end

function kinds.unsure(record, said, attempt)
  if not open(record, attempt) then return STALE end
  unsure(record, worker, said.reply)
  return OK
end

-- `uncounted`: as above; it was given up, and nothing of it was sent.
function kinds.done(record, said, attempt, status, hard, uncounted)
  local late = unknown(record, attempt)
  if not late and (not open(record, attempt) or uncounted ~= '' and record.w ~= worker) then return STALE end
  if not late and uncounted ~= '' then record.a, record.at = record.a - 1, whole(record.a - 1) end
  -- A newer attempt has begun: only a delivery of this one still decides.
  if late and status ~= 'delivered' and tonumber(attempt) < record.a then return not_taken(record, attempt, said.reply) end
  if late then note(record, 'un', nil) end
  if late and status == 'delivered' and is_known_delivered(record) then return OK end
  if hard ~= '' and record.rh ~= '' then suppress(record.t, record.rh, 'hard-bounce', hard) end
  finish(record, late and 'settle' or 'done', status, worker, said.reply, said.detail, said.taken)
  return OK
end

local NOTHING_SAID = '\t\t'
local SAYS = { drop = true, hold = true, interrupt = true, defer = true, unsure = true, done = true }
local can_be_plain = {} -- lib/plain.lua
-- How steps come: their name, and by tabs what they take.
local step_of
do
  local PART = '([^\t]*)'
  local function parts(count) return '^' .. (PART .. '\t'):rep(count - 1) .. PART end
  local TAKES = { start = parts(6), unstart = parts(1), drop = parts(2), hold = parts(2), wait = parts(3), back = '', interrupt = parts(1),
    defer = parts(3), unsure = parts(1), done = parts(4) }
  function step_of(text)
    local kind, rest = match(text, '^(%l+)\t?()')
    local step = { match(text, TAKES[kind], rest) }
    step.kind = kind
    if can_be_plain[kind] then can_be_plain[kind](step) end
    return step
  end
end
local function take_step(record, step, said)
  local reply, detail, taken = match(said == '' and NOTHING_SAID or said, '^([^\t]*)\t([^\t]*)\t([^\t]*)$')
  return kinds[step.kind](record, { reply = reply, detail = detail, taken = taken }, unpack(step))
end
