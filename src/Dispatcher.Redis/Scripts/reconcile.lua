-- Compares a lane's places and counters with its records, a small step a call, and with 'repair' puts right what is wrong. The caller keeps
-- cursors and sums: see ReconcilePass. Each step is true at its moment; what moves between two steps is allowed for when counting.
-- ARGV: 'repair' or 'look', step, then what that step takes:
--   begin                         -> {server, moves, seq}
--   keys, cursor                  -> {cursor, keys looked at, faults, unfinished records, names of the lane's other structures, keys of states that
--                                    can't be read}
--   held, cursor, worker | later, cursor | ready, cursor, group | limited, cursor
--                                 -> {cursor, members looked at, faults}
--   tenants, names...             -> {'0', names, faults, those of them that count something, those that count claimed or sending}
--   lane, groups...               -> {'0', 0, faults}
--   count, server, how, since, number of names, names ('t:<tenant>', 'g:<group>'), then by how:
--     known: keys of all unfinished records there were when the lane's 'seq' was `since`;
--     held:  nothing; claimed and sending alone, from what workers hold;
--     walked: state or name, field, number; in turn, summed up since the lane's 'moves' was `since`
--                                 -> {'0', 1 if it was counted, faults}
-- A record among the unfinished is five in turn: key, state, attempts, tenant, group. Faults are numbers in the order of KINDS.
local repair, step, cursor = ARGV[1] == 'repair', ARGV[2], ARGV[3]
local KINDS = { 'queue', 'later', 'held', 'stray', 'flow', 'counter', 'ended', 'order' }
local LOOKED_THROUGH = 500 -- entries of a list: about 5 us
local PAGE, PAGES, ENOUGH = 50, 12, 50 -- keys a SCAN, SCANs, and records or lists that are enough for a step
local AT_ONCE = 1000 -- records, or flows, counted in one step: about 3 ms
local found = { queue = 0, later = 0, held = 0, stray = 0, flow = 0, counter = 0, ended = 0, order = 0 }

-- Notes a fault; true: put it right.
local function fault(kind)
  found[kind] = found[kind] + 1
  return repair
end
local function faults()
  local numbers = {}
  for i, kind in ipairs(KINDS) do numbers[i] = found[kind] end
  return numbers
end

local function server() return string.match(call('INFO', 'server'), 'run_id:(%w+)') or '' end
local function never_negative(owner) if owner.flows < 0 then set(owner, 'flows', 0) end end

-- 1. Flows: one that has entries stands in 'ready' or in 'limited', and nobody else does.
local function parked(owner, g) return string.find(' ' .. owner.parked, ' ' .. (g == '' and '-' or g) .. ' ', 1, true) end
local function right_flow(t, g)
  local owner, flow = tenant(t), flow_of(t, g)
  local ready, limited = call('ZSCORE', ready_of(g), flow), call('ZSCORE', P .. 'limited', flow)
  if call('EXISTS', P .. 'q:' .. flow) == 0 then
    if (ready or limited) and fault('flow') then
      call('ZREM', P .. 'limited', flow)
      if ready then
        call('ZREM', ready_of(g), flow)
        count_flow(owner, -1)
        never_negative(owner)
      end
    end
  elseif ready then
    if (limited or (g ~= '' and call('SISMEMBER', P .. 'groups', g) == 0)) and fault('flow') then
      call('ZREM', P .. 'limited', flow)
      if g ~= '' then call('SADD', P .. 'groups', g) end
      stir()
    end
  elseif not limited or not parked(owner, g) or (limited == 'inf' and room(owner) > 0) then
    -- In neither; or where nothing would ever fetch it. The claim finds out whether it may be served.
    if fault('flow') then
      call('ZREM', P .. 'limited', flow)
      activate({ { owner = owner, g = g } })
    end
  end
end
local function parts_of(flow) return string.match(flow, '^([^/]*)/?(.*)$') end

-- 2. Records. What was accepted into a queue and never claimed stands there in order of arrival: when one that came later is nearer to the
-- head, it has been passed over. Anything else is looked for in the list itself, and left for another time while that is long.
local PROBES = { 0, 50, 450 }
local function in_order(record) return record.w == '' and record.due == '' end

-- An entry near the head that stands in order of arrival: its number, and how many entries may stand before it.
local probed = {}
local function probe(list)
  local one = probed[list]
  if one then return one end
  one = { number = 0, before = 0 }
  probed[list] = one
  for _, at in ipairs(PROBES) do
    local entry = read(call('LINDEX', list, at))
    if entry and in_order(entry) then
      one.number, one.before = sequence_of(entry), at
      break
    end
  end
  return one
end

local function lost(record)
  local list = P .. 'q:' .. flow_of(record.t, record.g)
  local length = call('LLEN', list)
  if length == 0 then return true end
  if length <= LOOKED_THROUGH then return not call('LPOS', list, record.key) end
  if not in_order(record) then return false end
  local one = probe(list)
  -- Further than need be: this call may have put some back at the head, as many as a step looks at.
  return sequence_of(record) < one.number and not call('LPOS', list, record.key, 'MAXLEN', LOOKED_THROUGH + one.before)
end

-- Changes one part of a record's state, by number; not a move.
local function patch(record, number, value)
  local s = call('GET', record.name)
  call('SET', record.name, (string.gsub(s, '^(' .. string.rep('[^\t]*\t', number - 1) .. ')[^\t\n]*', '%1' .. value)))
end

local function right_record(record)
  local state = record.s
  if not order.has(record) and fault('order') then order.put(record) end
  if state == 'queued' then
    if lost(record) and fault('queue') then
      if in_order(record) then
        record.due = whole(stored_at(record)) -- at the head now, out of the order of arrival
        patch(record, 4, record.due)
      end
      local flow = flow_of(record.t, record.g)
      local alone = call('LPUSH', P .. 'q:' .. flow, record.key) == 1
      if alone and not call('ZSCORE', ready_of(record.g), flow) and not call('ZSCORE', P .. 'limited', flow) then
        activate({ { owner = tenant(record.t), g = record.g } })
      end
    end
  elseif state == 'scheduled' or state == 'deferred' then
    local at = call('ZSCORE', P .. 'later', record.key)
    local due_at = tonumber(record.due) or now
    at = tonumber(at)
    if (not at or (record.due ~= '' and at ~= due_at and at ~= clock_at(due_at))) and fault('later') then call('ZADD', P .. 'later', whole(due_at), record.key) end
  elseif state == 'claimed' or state == 'sending' then
    local worker = record.w
    if worker == '' then worker = 'nobody' end
    if (record.w == '' or call('SISMEMBER', P .. 'held:' .. worker, record.key) == 0) and fault('held') then
      if record.w == '' then patch(record, 2, worker) end
      call('SADD', P .. 'held:' .. worker, record.key)
      call('ZADD', P .. 'workers', 'NX', NOW, worker)
    end
  end
end

if step == 'begin' then return { server(), L.moves, L.seq } end

-- What has ended stands in 'ended', by the moment of its newest line: if whatever ended then has been forgotten, it was left out. It is kept
-- for as long as if it ended now.
local turn -- when the first of 'ended' ended; it is long, and read once a call
local function right_ended(name, packed)
  turn = turn or ended_at(call('LINDEX', P .. 'ended', 0) or NOW) or 0 -- nonsense is taken away by forget.lua first
  local moment = newest_at(packed)
  local record = moment and moment < turn and record_of(sub(name, #STATE_KEY + 1), name, packed)
  if record and fault('ended') then
    say(record, shown(record), 'reconcile', nil, 'would never have been forgotten')
    has_ended(record.key)
  end
end

if step == 'keys' then
  local looked, done, rows, names, damaged = 0, 0, {}, {}, {}
  for _ = 1, PAGES do
    local page = call('SCAN', cursor, 'MATCH', P .. '*', 'COUNT', PAGE)
    cursor = page[1]
    looked = looked + #page[2]
    for _, key in ipairs(page[2]) do
      local name = string.sub(key, #P + 1)
      local kind = string.match(name, '^%l+:?')
      if kind == 'state:' then
        done = done + 1
        local packed = call('MGET', key)[1]
        if packed and string.sub(packed, 1, 6) == 'final\t' then
          right_ended(key, packed)
        elseif packed then
          local record = record_of(string.sub(name, 7), key, packed)
          if record then
            right_record(record)
            local n = #rows
            rows[n + 1], rows[n + 2], rows[n + 3], rows[n + 4], rows[n + 5] = record.key, record.s, record.a, record.t, record.g
          else
            damaged[#damaged + 1] = key
          end
        else
          damaged[#damaged + 1] = key -- no text at all
        end
      elseif kind == 'q:' then
        done = done + 1
        right_flow(parts_of(string.sub(name, 3)))
      elseif kind == 'order:' then
        done = done + 5 -- asks for as many keys as there are in it
        local n = tonumber(sub(name, 7))
        if n and order.is_left(n) and fault('stray') then order.take_away(n) end
      elseif kind == 't:' or kind == 'g:' or kind == 'held:' or kind == 'ready:' then
        names[#names + 1] = name
      end
    end
    if cursor == '0' or done >= ENOUGH then break end
  end
  if repair then finish_call() end
  return { cursor, looked, faults(), rows, names, damaged }
end

-- 3. The other way round: what stands in a place without being of it.
if step == 'held' then
  local worker = ARGV[4]
  local held, strays = P .. 'held:' .. worker, {}
  local page = call('SSCAN', held, cursor, 'COUNT', PAGE)
  for _, key in ipairs(page[2]) do
    local record = read(key)
    if not record or record.w ~= worker or (record.s ~= 'claimed' and record.s ~= 'sending') then
      if fault('stray') then strays[#strays + 1] = key end
    end
  end
  if strays[1] then call('SREM', held, unpack(strays)) end
  if #page[2] > 0 and call('EXISTS', held) == 1 and not call('ZSCORE', P .. 'workers', worker) and fault('held') then
    call('ZADD', P .. 'workers', NOW, worker)
  end
  return { page[1], #page[2], faults() }
end

if step == 'later' then
  local strays = {}
  local page = call('ZSCAN', P .. 'later', cursor, 'COUNT', PAGE)
  for i = 1, #page[2], 2 do
    local record = read(page[2][i])
    if not record or (record.s ~= 'scheduled' and record.s ~= 'deferred') then
      if fault('stray') then strays[#strays + 1] = page[2][i] end
    end
  end
  if strays[1] then call('ZREM', P .. 'later', unpack(strays)) end
  return { page[1], #page[2] / 2, faults() }
end

if step == 'ready' or step == 'limited' then
  local set_of = step == 'ready' and ready_of(ARGV[4]) or P .. 'limited'
  local page = call('ZSCAN', set_of, cursor, 'COUNT', PAGE)
  for i = 1, #page[2], 2 do
    local t, g = parts_of(page[2][i])
    if step == 'ready' and g ~= ARGV[4] then
      if fault('flow') then call('ZREM', set_of, page[2][i]) end
    else
      right_flow(t, g)
    end
  end
  if repair then finish_call() end
  return { page[1], #page[2] / 2, faults() }
end

-- 4. How many of a tenant's flows are ready. One that rests keeps only what is not zero, and 'queued', which says that it is known.
local function forget_zeros(owner)
  local zeros, fields = {}, call('HGETALL', owner.key)
  for i = 1, #fields, 2 do
    if fields[i] ~= 'queued' and (fields[i + 1] == '0' or fields[i + 1] == '') then zeros[#zeros + 1] = fields[i] end
  end
  if zeros[1] then call('HDEL', owner.key, unpack(zeros)) end
end
if step == 'tenants' then
  local counting, in_hand, groups = {}, {}, call('SMEMBERS', P .. 'groups')
  groups[#groups + 1] = ''
  for i = 3, #ARGV do
    local owner, flows = tenant(ARGV[i]), 0
    for _, g in ipairs(groups) do
      if call('ZSCORE', ready_of(g), flow_of(owner.name, g)) then flows = flows + 1 end
    end
    if flows ~= owner.flows and fault('counter') then set(owner, 'flows', flows) end
    if owner.queued ~= 0 or tonumber(call('HGET', owner.key, 'scheduled-for-later') or '0') ~= 0 then counting[#counting + 1] = owner.name end
    if owner.claimed ~= 0 or owner.sending ~= 0 then in_hand[#in_hand + 1] = owner.name end
    if repair and counting[#counting] ~= owner.name and in_hand[#in_hand] ~= owner.name then forget_zeros(owner) end
  end
  if repair then finish_call() end
  return { '0', #ARGV - 2, faults(), counting, in_hand }
end

-- 5. The lane's own: its active weight, unless there are too many flows for one step, and whether rules are in force.
if step == 'lane' then
  local groups, sets, flows = { [''] = true }, {}, 0
  for i = 3, #ARGV do groups[ARGV[i]] = true end
  for _, g in ipairs(call('SMEMBERS', P .. 'groups')) do groups[g] = true end
  for g in pairs(groups) do
    sets[#sets + 1] = ready_of(g)
    flows = flows + call('ZCARD', ready_of(g))
  end
  local active, seen = 0, {}
  if flows <= AT_ONCE then
    for _, one in ipairs(sets) do
      for _, flow in ipairs(call('ZRANGE', one, 0, -1)) do
        local t = parts_of(flow)
        if not seen[t] then
          seen[t] = true
          active = active + tonumber(call('HGET', P .. 't:' .. t, 'weight') or '1')
        end
      end
    end
  else
    active = math.max(0, L.active)
  end
  if math.abs(active - L.active) > 1e-6 and fault('counter') then set_lane('active', active) end
  local rules_there = call('HLEN', P .. 'rules')
  if L.rules ~= rules_there and fault('counter') then set_lane('rules', rules_there) end
  if repair then finish_call() end
  return { '0', 0, faults() }
end

-- 6. Counters of unfinished states. A number that was summed up over a while is true within as many as have moved since: a counter that lies
-- within is left alone, another is set to the nearer end.
local how, since = ARGV[4], tonumber(ARGV[5])
if server() ~= ARGV[3] then return { '0', 0, faults() } end

local function settle(is, low, high)
  low = math.max(0, low)
  return math.max(low, math.min(math.max(high, low), is))
end
local function settle_lane(state, low, high)
  local is = L['n:' .. state]
  local should = settle(is, low, high)
  if should ~= is and fault('counter') then set_lane('n:' .. state, should) end
end
-- Of a tenant or a group; read as a whole only when something is wrong.
local function settle_holder(name, field, is, low, high)
  local should = settle(is, low, high)
  if should ~= is and fault('counter') then
    set(string.sub(name, 1, 2) == 't:' and tenant(string.sub(name, 3)) or group(string.sub(name, 3)), field, should)
  end
end

local STATES = { 'scheduled', 'queued', 'claimed', 'sending', 'deferred' }
local OF_TENANT, OF_GROUP = { 'queued', 'sending', 'scheduled-for-later', 'claimed' }, { 'claimed', 'sending' }
local first = 7 + tonumber(ARGV[6])

if how == 'walked' then
  local slack = L.moves - since
  for i = first, #ARGV, 3 do
    local name, field, number = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2])
    if field == '' then
      settle_lane(name, number - slack, number + slack)
    else
      settle_holder(name, field, tonumber(call('HGET', P .. name, field) or '0'), number - slack, number + slack)
    end
  end
  if repair then finish_call() end
  return { '0', 1, faults() }
end

-- As `shown` and `move` count, from as little of a record as need be.
local sums = { n = {} }
for i = 7, first - 1 do sums[ARGV[i]] = {} end
local function count(name, field)
  local sum = sums[name]
  if sum then sum[field] = (sum[field] or 0) + 1 end
end
local COUNTED = '^(%l+)\t([^\t]*)\t(%d+)\t[^\t]*\t[^\t]*\t[^\t]*\t([^\t]*)\t([^\t]*)'
local function count_record(key, worker)
  local packed = call('MGET', state_of(key))[1]
  if not packed then return end
  local s, w, attempts, t, g = string.match(packed, COUNTED)
  if not s or s == 'final' or (worker and (w ~= worker or (s ~= 'claimed' and s ~= 'sending'))) then return end
  local owner = 't:' .. t
  count('n', s)
  count(owner, s == 'sending' and s or (s == 'deferred' or attempts ~= '0') and 'scheduled-for-later' or 'queued')
  if s == 'claimed' then count(owner, s) end
  if g ~= '' then count('g:' .. g, s) end
end

local slack, states, of_tenant = 0, STATES, OF_TENANT
if how == 'known' then
  for i = first, #ARGV do count_record(ARGV[i]) end
  slack = L.seq - since -- accepted since, and not among the known
else
  local workers, held = call('ZRANGE', P .. 'workers', 0, -1), 0
  for _, worker in ipairs(workers) do held = held + call('SCARD', P .. 'held:' .. worker) end
  if held > AT_ONCE then return { '0', 0, faults() } end
  for _, worker in ipairs(workers) do
    for _, key in ipairs(call('SMEMBERS', P .. 'held:' .. worker)) do count_record(key, worker) end
  end
  states, of_tenant = OF_GROUP, OF_GROUP
end
for _, state in ipairs(states) do settle_lane(state, sums.n[state] or 0, (sums.n[state] or 0) + slack) end
for i = 7, first - 1 do
  local name = ARGV[i]
  local fields = string.sub(name, 1, 2) == 't:' and of_tenant or OF_GROUP
  for n, is in ipairs(call('HMGET', P .. name, unpack(fields))) do
    local number = sums[name][fields[n]] or 0
    settle_holder(name, fields[n], tonumber(is or '0'), number, number + slack)
  end
end
if repair then finish_call() end
return { '0', 1, faults() }
