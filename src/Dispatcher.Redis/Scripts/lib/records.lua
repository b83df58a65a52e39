-- Records: reading one, moving it from state to state, ending it. A record is read once a call and written back by finish_call().
-- Its field 'i' is what never changes, separated by tabs: tenant, destination group, recipient hash, id, content hash, sequence number,
-- stored at, created at (empty: the same), door, type, template, recipient domain, tags (each followed by a line feed).
-- Its field 'x' holds what most records never have, as 'name=value;': rev (edits), un (attempts nobody knows of, as
-- attempt@worker: the number of an interrupted one is used again), uc (how many were), q (month
-- that paid), cr (crashes of its holders). Few and short fields: what a record costs is looking up each of them.
local IDENTITY = '^([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)'
local TRAIL_BYTES = 4096
local records, touched, events = {}, {}, {}

local function record_of(key, state, identity, worker, attempt, trail, rest)
  local t, g, rh, id, h = string.match(identity, IDENTITY)
  local record = { key = key, rk = P .. 'i:' .. key, s = state, i = identity, w = worker, a = attempt and tonumber(attempt) or 0, tr = trail or '',
    t = t, g = g, rh = rh, id = id, h = h }
  if rest then
    for name, value in string.gmatch(rest, '(%l+)=([^;]*);') do record[name] = value end
  end
  records[key] = record
  return record
end

-- The record, or nil when there is none.
local function read(key)
  local record = records[key]
  if record then return record end
  local v = call('HMGET', P .. 'i:' .. key, 's', 'i', 'w', 'a', 'tr', 'x')
  return v[1] and record_of(key, v[1], v[2], v[3], v[4], v[5], v[6]) or nil
end

local function put(record, field, value)
  local sets = record.sets
  if not sets then
    sets = { field, value }
    record.sets = sets
    touched[#touched + 1] = record
    return
  end
  local n = #sets
  sets[n + 1] = field
  sets[n + 2] = value
end

-- One of the rare ones in 'x'; nil takes it away.
local function note(record, name, value)
  record[name] = value and tostring(value)
  local rest = ''
  for _, one in ipairs({ 'rev', 'un', 'uc', 'q', 'cr' }) do
    if record[one] then rest = rest .. one .. '=' .. record[one] .. ';' end
  end
  put(record, 'x', rest)
end

-- What people see for a state: a repeat that waits for its turn is still 'scheduled-for-later'.
local function shown(record)
  local state = record.s
  if state == 'sending' then return 'sending' end
  if state == 'final' then
    if not record.st then record.st = call('HGET', record.rk, 'st') end
    return record.st
  end
  if state == 'deferred' or record.a > 0 then return 'scheduled-for-later' end
  return 'queued'
end

local function event(record, was, is, by, reply)
  events[#events + 1] = record.key .. '\t' .. record.t .. '\t' .. record.id .. '\t' .. was .. '\t' .. is .. '\t' .. record.a .. '\t' .. by .. '\t' .. (reply or '')
end

-- Claimed and sending ones count against limits. A tenant's 'sending' is counted as a status: see move().
local function in_hand(record, owner, state, by)
  if state == 'claimed' then add(owner, 'claimed', by) end
  if record.g ~= '' then add(group(record.g), state, by) end
end

-- Makes a transition: state, counters, trail and event. False: not from this state.
local function move(record, transition, status, by, reply, attempt)
  local row, from = T[transition], record.s
  if not row.from[from] then return false end
  local to, owner, was = row.to, tenant(record.t), shown(record)
  if from == 'claimed' or from == 'sending' then in_hand(record, owner, from, -1) end
  if to == 'claimed' or to == 'sending' then in_hand(record, owner, to, 1) end
  if from ~= 'final' then add_lane('n:' .. from, -1) end
  if to ~= 'final' then add_lane('n:' .. to, 1) end
  record.s = to
  put(record, 's', to)
  if attempt then
    record.a = attempt
    put(record, 'a', attempt)
  end
  if to == 'final' then
    record.st = status
    put(record, 'st', status)
  end
  local is = shown(record)
  if was ~= is then
    add(owner, was, -1)
    add(owner, is, 1)
    local trail = record.tr .. NOW .. '\t' .. is .. '\t' .. by .. '\t' .. (reply or '') .. '\n'
    if #trail <= TRAIL_BYTES then
      record.tr = trail
      put(record, 'tr', trail)
    end
    event(record, was, is, by, reply)
  end
  return true
end

-- Let go of: no worker holds it any more.
local let_go = {}
local function release(record)
  local key = P .. 'held:' .. record.w
  local keys = let_go[key]
  if keys then keys[#keys + 1] = record.key else let_go[key] = { record.key } end
end

-- Ends an invitation: whole record for a while, its id for longer.
local function finish(record, transition, status, by, reply, retention)
  local from = record.s
  if not move(record, transition, status, by, reply) then return false end
  if from == 'claimed' or from == 'sending' then release(record) end
  if from == 'scheduled' or from == 'deferred' then call('ZREM', P .. 'later', record.key) end
  call('PEXPIRE', record.rk, retention.final)
  call('SET', P .. 'k:' .. record.key, record.h, 'PX', retention.id)
  return true
end
