-- Records: reading one, moving it from state to state, ending it. A record is a hash of three fields, because what a record costs is looking up
-- each of them; it is read once a call and written back by finish_call().
-- 'i', its identity, never changes. By tabs: tenant, destination group, recipient hash, id, content hash, sequence number, stored at, created
--   at (empty: the same), door, type, template, recipient domain, tags (each followed by a line feed).
-- 's', its state. First line, by tabs: state, worker, attempts begun, due (waiting: when, sending: ms a repeat waits should the outcome stay
--   unknown, -1: none), final status, rare notes as 'name=value;': rev (edits), nm (1: edited name in field 'nm'), un (attempts nobody knows
--   of, as attempt@worker: the number of an interrupted one is used again), uc (how many were), q (month that paid), cr (crashes of its
--   holders). Then its trail, a line for each change that people see. By tabs: at, status, by, reply, detail, taken by.
-- 'b', the body, as it came.
local IDENTITY = '^([^\t]*)\t([^\t]*)\t([^\t]*)'
local STATE = '^([^\t]*)\t([^\t]*)\t(%d+)\t([^\t]*)\t([^\t]*)\t([^\n]*)\n()'
local TRAIL_BYTES = 4096
local records, touched, events = {}, {}, {}

local function record_of(key, packed, identity)
  local s, w, a, due, st, rare, trail = string.match(packed, STATE)
  local t, g, rh = string.match(identity, IDENTITY)
  local record = { key = key, rk = P .. 'i:' .. key, s = s, w = w, a = tonumber(a), at = a, due = due, st = st, x = rare, tr = string.sub(packed, trail),
    i = identity, t = t, g = g, rh = rh }
  if rare ~= '' then
    for name, value in string.gmatch(rare, '(%l+)=([^;]*);') do record[name] = value end
  end
  records[key] = record
  return record
end

-- The record, or nil when there is none.
local function read(key)
  local record = records[key]
  if record then return record end
  local v = call('HMGET', P .. 'i:' .. key, 's', 'i')
  return v[1] and record_of(key, v[1], v[2]) or nil
end

-- A further part of its identity, by number.
local function part_of(record, number) return string.match(record.i, string.rep('[^\t]*\t', number - 1) .. '([^\t]*)') end
local HASH = '^[^\t]*\t[^\t]*\t[^\t]*\t[^\t]*\t([^\t]*)'

local function touch(record)
  if not record.touched then
    record.touched = true
    touched[#touched + 1] = record
  end
end

-- A rare note; nil takes it away.
local RARE = { 'rev', 'nm', 'un', 'uc', 'q', 'cr' }
local function note(record, name, value)
  record[name] = value and tostring(value)
  local rest = ''
  for _, one in ipairs(RARE) do
    if record[one] then rest = rest .. one .. '=' .. record[one] .. ';' end
  end
  record.x = rest
  touch(record)
end

-- What people see for a state: a repeat that waits for its turn is still 'scheduled-for-later'.
local function shown(record)
  local state = record.s
  if state == 'sending' then return state end
  if state == 'final' then return record.st end
  if state == 'deferred' or record.a > 0 then return 'scheduled-for-later' end
  return 'queued'
end

-- A line of the trail. A trail that has become too long loses lines after its first two: the beginning and the end tell most.
local function say(record, is, by, reply, detail, taken)
  local trail = record.tr .. NOW .. '\t' .. is .. '\t' .. by .. '\t' .. (reply or '') .. '\t' .. (detail or '') .. '\t' .. (taken or '') .. '\n'
  while #trail > TRAIL_BYTES do
    local first, last = string.match(trail, '^[^\n]*\n[^\n]*\n()[^\n]*\n()')
    if not last or last > #trail then break end
    trail = string.sub(trail, 1, first - 1) .. string.sub(trail, last)
  end
  record.tr = trail
  touch(record)
end

local function event(record, was, is, by, reply)
  events[#events + 1] = record.key .. '\t' .. record.t .. '\t' .. was .. '\t' .. is .. '\t' .. record.at .. '\t' .. by .. '\t' .. (reply or '')
end

-- Makes a transition: state, counters, trail and event. False: not from this state. Claimed and sending ones count against limits; a tenant's
-- 'sending' is counted as a status.
local function move(record, transition, by, reply, detail, status, taken, attempt)
  local row, from = T[transition], record.s
  if not row.from[from] then return false end
  local to, owner, was = row.to, tenant(record.t), shown(record)
  record.s = to
  if attempt then
    record.a, record.at = attempt, whole(attempt)
  end
  if status then record.st = status end
  local is = shown(record)
  local sums, states = owner.sums, states_moved
  states[from] = (states[from] or 0) - 1
  states[to] = (states[to] or 0) + 1
  if from == 'claimed' then sums.claimed = (sums.claimed or 0) - 1 elseif to == 'claimed' then sums.claimed = (sums.claimed or 0) + 1 end
  if record.g ~= '' then
    local held = group(record.g).sums
    if from == 'claimed' or from == 'sending' then held[from] = (held[from] or 0) - 1 end
    if to == 'claimed' or to == 'sending' then held[to] = (held[to] or 0) + 1 end
  end
  if was ~= is then
    sums[was] = (sums[was] or 0) - 1
    sums[is] = (sums[is] or 0) + 1
    say(record, is, by, reply, detail, taken)
    event(record, was, is, by, reply)
  else
    if detail then say(record, is, by, reply, detail) end
    touch(record)
  end
  return true
end

-- Let go of: no worker holds it any more.
local let_go = {}
local function release(record)
  local worker = record.w
  local keys = let_go[worker]
  if keys then keys[#keys + 1] = record.key else let_go[worker] = { record.key } end
end

-- Ends an invitation: whole record for a while, its id for longer.
local function finish(record, transition, status, by, reply, detail, retention, taken)
  local from = record.s
  if not move(record, transition, by, reply, detail, status, taken) then return false end
  if from == 'claimed' or from == 'sending' then release(record) end
  if from == 'scheduled' or from == 'deferred' then call('ZREM', P .. 'later', record.key) end
  call('PEXPIRE', record.rk, retention.final)
  call('SET', P .. 'k:' .. record.key, string.match(record.i, HASH), 'PX', retention.id)
  return true
end
