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
  note(record, 'uc', record.uc - 1)
  say(record, shown(record), worker, reply, 'an earlier attempt was not taken')
  return OK
end

local function changed(record, unknown_sku)
  local name = record.nm
  return table.concat({ 'changed', record.rev or '0', record.suppressed or '', tenant(record.t).months, marks_of(record, unknown_sku),
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
function kinds.unstart(record, attempt)
  if not open(record, attempt) or record.w ~= worker then return GONE end
  record.due = ''
  move(record, 'unstart', worker, nil, nil, nil, nil, record.a - 1)
  return changed(record)
end

function kinds.drop(record, revision, status, detail)
  if not mine(record) then return GONE end
  if outdated(record, revision) then return changed(record) end
  finish(record, 'drop', status, worker, nil, detail)
  return OK
end

function kinds.hold(record, revision, delay, detail)
  if not mine(record) then return GONE end
  if outdated(record, revision) then return changed(record) end
  move(record, 'hold', worker, nil, detail)
  release(record)
  wait_until(record, now + tonumber(delay))
  return OK
end

-- Its tenant's monthly limit is used up and the tenant waits: so does everything of it, in its queue.
function kinds.wait(record, revision, delay)
  if not mine(record) then return GONE end
  if outdated(record, revision) then return changed(record) end
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

-- How a step comes: its name, the key, and behind them what it takes.
local match, STEP = ('').match, '^(%l+)\t([^\t]*)\t?()'
local PART = '([^\t]*)'
local function parts(count) return '^' .. (PART .. '\t'):rep(count - 1) .. PART end
local TAKES = { start = parts(6), unstart = parts(1), drop = parts(3), hold = parts(3), wait = parts(2), back = '', interrupt = parts(2), defer = parts(4),
  unsure = parts(2), done = parts(6) }
