-- Records: reading one, moving it from state to state, ending it. A record is two strings, because Redis reads and writes many strings in one
-- command, and hashes one by one: 'state:<key>' is read once a call and written back by finish_call().
-- 'i:<key>' never changes, and is long: what scripts hardly ask for. By tabs id, content hash and door; a NUL, and the body as it came.
-- 'state:<key>', first line, by tabs: state, worker, attempts begun, due (waiting: when, sending: ms a repeat waits should the outcome stay
--   unknown, -1: none), final status, rare notes as 'name=value;'; and what never changes: tenant, destination group, recipient hash, sequence number,
--   stored at, type, template, recipient domain, reference (a hash; empty: none that is unique), created at (empty: when it was stored), and the
--   tags, each followed by '\1'.
--   Rare notes: rev (edits), nm (edited name; its ';' as '\1'), un (attempts nobody knows of, as attempt@worker: the number of an interrupted
--   one is used again), uc (how many were), q (month that paid), cr (crashes of its holders), rf (its reference was held by another when it was
--   accepted; ms for which it shall be remembered), k (1: a kickstart invitation that was counted), cx (who cancelled it while it was on the wire:
--   it is not tried again). Then its trail, a line for each change that
--   people see. By tabs: at, status, by, reply, detail, taken by.
local TRAIL_BYTES, KEY_LENGTH = 4096, 22
local STATE_KEY, FIXED_KEY, records, touched
-- The states to be written, by their keys, in turn; how many stands beside them, because to ask a table for its length costs.
local written, states_written
-- For 'events': by what became of some alike (was, is, attempt, by, by tabs), their lines, in pieces: key, and behind a tab the reply, if any. Ahead
-- of those of a tenant stands a line that names it, behind a tab too.
local told

local function state_of(key) return STATE_KEY .. key end
local function fixed_of(key) return FIXED_KEY .. key end
-- Where the content hash of one that has gone is remembered. Without its last character the name is one size of the allocator shorter.
local function memory_of(key) return P .. 'k:' .. string.sub(key, 1, 21) end

-- The head of a first line: what changes of it. Records that are read one after the other mostly have the same, and it is taken apart once.
-- nil: it is damaged. Here and in record_of() is decided whether a state can be read, by what is taken apart of it in any case; what cannot be is
-- no record to anybody, and reconcile.lua tells of it. What neither looks at may be missing: whoever needs that goes on without it.
local last_head, head_of
do
  local IS_STATE, MOST_ATTEMPTS = { scheduled = true, queued = true, claimed = true, sending = true, deferred = true, final = true }, 1e9
  local NEEDS_DUE = { scheduled = true, sending = true }
  -- Notes that are reckoned with, or asked of Redis.
  local NUMBER = '^%d' .. ('%d?'):rep(8) .. '$'
  local FORMS = { rev = NUMBER, uc = NUMBER, cr = NUMBER, rf = '^[1-9]' .. ('%d?'):rep(11) .. '$', q = '^%d+%-%d+$' }
  function head_of(packed)
    if last_head and find(packed, last_head.text, 1, true) == 1 then return last_head end
    local text, s, w, at, due, st, rare = match(packed, '^((%l+)\t([^\t]*)\t(%d+)\t(%-?%d*)\t([^\t]*)\t([^\t]*)\t)')
    local a = tonumber(at)
    if not IS_STATE[s] or a > MOST_ATTEMPTS or NEEDS_DUE[s] and not tonumber(due) then return nil end
    local notes
    if rare ~= '' then
      notes = {}
      for name, value in string.gmatch(rare, '(%l+)=([^;]*);') do
        if FORMS[name] and not find(value, FORMS[name]) then return nil end
        notes[name] = value
      end
    end
    last_head = { text = text, length = #text, s = s, w = w, at = at, a = a, due = due, st = st, x = rare, notes = notes }
    return last_head
  end
end

-- `rest`: what never changes of the first line, and the trail; `said`: what this call adds to the trail. nil: it is damaged.
local function record_of(key, name, packed)
  local head = head_of(packed)
  if not head then return nil end
  local rest = sub(packed, head.length + 1)
  local t, g, rh = match(rest, '^([^\t/]+)\t([^\t/]*)\t([^\t]*)')
  if not t then return nil end
  local record = { key = key, name = name, s = head.s, w = head.w, a = head.a, at = head.at, due = head.due, st = head.st, x = head.x,
    t = t, g = g, rh = rh, rest = rest, said = '' }
  if head.notes then
    for name, value in pairs(head.notes) do record[name] = value end
  end
  records[key] = record
  return record
end

-- Reads many records at once; read() finds them.
local function read_all(keys)
  if not keys[1] then return end
  local names = {}
  for n, key in ipairs(keys) do names[n] = state_of(key) end
  for n, packed in ipairs(call('MGET', unpack(names))) do
    local key = keys[n]
    if packed and not records[key] then record_of(key, names[n], packed) end
  end
end

-- The record, or nil when there is none that can be read.
local function read(key)
  local record = records[key]
  if record then return record end
  local name = state_of(key)
  local packed = call('MGET', name)[1] -- GET would fail where something else than a text stands, and with it all that the call does for others
  return packed and record_of(key, name, packed) or nil
end

-- Where in `rest` the tab behind the recipient hash is.
local function behind_recipient(record) return #record.t + #record.g + #record.rh + 3 end
local function sequence_of(record) return tonumber(match(record.rest, '^\t(%d+)', behind_recipient(record)) or 0) end
local function stored_at(record) return tonumber(match(record.rest, '^\t%d+\t(%d+)', behind_recipient(record)) or 0) end
local function reference_of(record)
  return match(record.rest, '^\t%d+\t%d+\t[^\t]*\t[^\t]*\t[^\t]*\t([^\t]*)', behind_recipient(record)) or ''
end

local function touch(record)
  if not record.touched then
    record.touched = true
    touched[#touched + 1] = record
  end
end

-- The moment of the newest line of a trail; nil: there is none.
local function newest_at(packed) return tonumber(match(packed, '\n(%d+)\t[^\n]*\n$')) end

-- When what an entry of 'ended' names has ended; nil: it is none, or nonsense that a hand in Redis wrote.
local function ended_at(entry)
  local moment = entry and tonumber(match(entry, '^%d+'))
  return moment and moment <= now and moment or nil
end

-- A rare note; nil takes it away.
local note
do
  local RARE = { 'rev', 'nm', 'un', 'uc', 'q', 'cr', 'rf', 'k', 'cx' }
  function note(record, name, value)
    record[name] = value and tostring(value)
    local rest = ''
    for _, one in ipairs(RARE) do
      if record[one] then rest = rest .. one .. '=' .. record[one] .. ';' end
    end
    record.x = rest
    touch(record)
  end
end

-- What people see for a state: a repeat that waits for its turn is still 'scheduled-for-later'.
local function shown(record)
  local state = record.s
  if state == 'sending' then return state end
  if state == 'final' then return record.st end
  if state == 'deferred' or record.a > 0 then return 'scheduled-for-later' end
  return 'queued'
end

-- It was delivered and it is known, perhaps with what its recipient did then: that an earlier attempt was taken, too, is no news.
local function is_known_delivered(record) return record.s == 'final' and find(record.st, '^delivered') ~= nil end

-- A line of the trail. Most say only what they became, and by whom: the same for many of a call.
local plain
local function line(is, by)
  local lines = plain[by]
  if not lines then
    lines = {}
    plain[by] = lines
  end
  if not lines[is] then lines[is] = NOW .. '\t' .. is .. '\t' .. by .. '\t\t\t\n' end
  return lines[is]
end
local function say(record, is, by, reply, detail, taken)
  local said
  if reply or detail or taken then
    said = NOW .. '\t' .. is .. '\t' .. by .. '\t' .. (reply or '') .. '\t' .. (detail or '') .. '\t' .. (taken or '') .. '\n'
  else
    said = line(is, by)
  end
  record.said = record.said == '' and said or record.said .. said
  touch(record)
end

-- What is written of a record.
local function packed_of(r)
  if #r.rest + #r.said > TRAIL_BYTES then
    -- A trail that has become too long loses lines after its first two, but for the first attempt: the beginning and the end tell most.
    local lines = r.rest .. r.said
    local most = TRAIL_BYTES + (find(lines, '\n', 1, true) or 0)
    while #lines > most do
      local first, last = string.match(lines, '^[^\n]*\n[^\n]*\n[^\n]*\n()[^\n]*\n()')
      local attempt = find(lines, '\tsending\t', 1, true)
      if last and attempt and first < attempt and attempt < last then first, last = last, string.match(lines, '^[^\n]*\n()', last) end
      if not last or last > #lines then break end
      lines = string.sub(lines, 1, first - 1) .. string.sub(lines, last)
    end
    r.rest, r.said = lines, ''
  end
  return r.s .. '\t' .. r.w .. '\t' .. r.at .. '\t' .. r.due .. '\t' .. r.st .. '\t' .. r.x .. '\t' .. r.rest .. r.said
end

local function lines_about(what)
  local lines = told[what]
  if not lines then
    lines = { pieces = 0, count = 0 }
    told[what] = lines
  end
  return lines
end
-- `rest`: of its line.
local function tell(lines, t, key, rest)
  local n = lines.pieces
  if lines.of ~= t then
    lines[n + 1], lines[n + 2], lines[n + 3], lines.of = '\t', t, '\n', t
    n = n + 3
  end
  lines[n + 1], lines[n + 2], lines.pieces, lines.count = key, rest, n + 2, lines.count + 1
end
local function rest_with(reply) return reply and reply ~= '' and '\t' .. reply .. '\n' or '\n' end
local function event(record, was, is, by, reply)
  tell(lines_about(was .. '\t' .. is .. '\t' .. record.at .. '\t' .. by), record.t, record.key, rest_with(reply))
end

-- The state of a record, to be written by finish_call().
local function write_state(name, packed)
  local n = 2 * states_written
  states_written, written[n + 1], written[n + 2] = states_written + 1, name, packed
end

-- As text, for the first attempts: to format a number takes longer.
local NUMBERS = {}
for n = 0, 30 do NUMBERS[n] = n .. '' end

-- Makes a transition: state, counters, trail and event. False: not from this state. Claimed and sending ones count against limits; a tenant's
-- 'sending' is counted as a status.
local function move(record, transition, by, reply, detail, status, taken, attempt)
  local row, from = T[transition], record.s
  if not row.from[from] then return false end
  local to, owner, was = row.to, tenant(record.t), shown(record)
  record.s = to
  if attempt then
    record.a, record.at = attempt, NUMBERS[attempt] or whole(attempt)
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
local let_go
local function let_go_of(key, holder)
  local keys = let_go[holder]
  if keys then keys[#keys + 1] = key else let_go[holder] = { key } end
end
local function release(record) let_go_of(record.key, record.w) end

-- Ends an invitation. forget.lua takes the record away later. What it had reserved goes back as long as nothing of it was sent (facts.lua).
local ended, how_many_ended, withdrawn, give_back
-- Ends what came back from the wire if it was cancelled there. True: it has ended (rules.lua).
local not_again
local function has_ended(key)
  how_many_ended = how_many_ended + 1
  ended[how_many_ended] = key
end
local function finish(record, transition, status, by, reply, detail, taken)
  local from = record.s
  if not move(record, transition, by, reply, detail, status, taken) then return false end
  if from == 'claimed' or from == 'sending' then release(record) end
  if from == 'scheduled' or from == 'deferred' then withdrawn[#withdrawn + 1] = record.key end
  has_ended(record.key)
  if record.a == 0 and from ~= 'final' then give_back(record) end
  return true
end

at_begin(function()
  STATE_KEY, FIXED_KEY, records, touched = P .. 'state:', P .. 'i:', {}, {}
  written, states_written, told = {}, 0, {}
  last_head = nil
  plain, let_go, ended, how_many_ended, withdrawn = {}, {}, {}, 0, {}
end)
