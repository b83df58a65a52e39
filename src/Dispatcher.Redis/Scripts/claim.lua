-- Gives a worker a fair batch: start-time fair queueing between flows (Goyal, Vin, Cheng 1996). A visit takes some entries of the flow
-- with the least start tag; the flow's next tag is tag + entries / weight. The lane's virtual time is the tag of the last entry taken, or
-- the least tag of a flow that still waits, whichever is earlier: nobody who arrives later can get ahead of it.
-- ARGV: worker, call number, most entries, entries a visit (0: by the number of flows), entries of a round (what all flows get before the
--   first comes again, where that is more than this call takes); then per lent destination group: group, tokens.
-- Returns {now, keys by blanks, states, facts, weight of the tenants that could be served, ms until limited work may be claimed (-1: not by itself), {group, tokens it could
--   use, rate, burst, ...}}. Facts are three in turn, of the few of which there are some: which of the entries (the first is 1), months, marks
--   (lib/facts.lua). What never changes of them ('i:') the worker reads by itself: bodies that pass through a script cost twice. Whether a recipient
--   must not be written to is asked when it is started or dropped (lib/steps.lua).
-- The same call number again returns what that call claimed, as far as it is still held.
local worker, number, most, quantum, round = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local me = P .. 'w:' .. worker
local MOST_LOOKED, MOST_VISIT = 1000, 64
local SUSPECT = 2 -- crashes in company; from then on it is claimed alone
local ALONE_FOR = 20 -- ms before the next claim: what kills a worker does so early, with nobody else beside it
local QUEUED, held = 'queued\t', 'claimed\t' .. worker
-- Never begun, and nothing noted of it; as a pattern, and what comes in its place.
local FRESH, HELD = '^queued\t\t0\t\t\t\t', (string.gsub(held .. '\t0\t\t\t\t', '%%', '%%%%'))
-- What is handed out, in order; of which of it there may be facts, with their tenants; which was taken apart; how much.
local keys, states, known, read_of, handed = {}, {}, {}, {}, 0

local function states_of(some)
  local names = {}
  for n = 1, #some do names[n] = STATE_KEY .. some[n] end
  return names[1] and call('MGET', unpack(names)) or {}, names
end

-- `record`: of one whose state says more than that nobody has begun it.
local function hand_out(key, name, state, owner, record)
  handed = handed + 1
  keys[handed], states[handed] = key, state
  write_state(name, state)
  -- Most tenants have nothing to look up, and most references are nobody else's.
  if record or owner.facts > 0 or owner.months ~= '' then known[handed], read_of[handed] = owner, record end
end

local function answer(all, weight, next_moment, wanted)
  local facts = {}
  for n = 1, handed do
    local owner = known[n]
    if owner then
      local record = read_of[n] or record_of(keys[n], state_of(keys[n]), states[n])
      local marks = record and marks_of(record) or ''
      if marks ~= '' or owner.months ~= '' then facts[#facts + 1], facts[#facts + 2], facts[#facts + 3] = n, owner.months, marks end
    end
  end
  return { NOW, all, states, facts, exact(weight), next_moment == NEVER and -1 or whole(math.max(0, next_moment - now)), wanted }
end

-- 1. Asked before: the reply was lost.
local last = call('HMGET', me, 'call', 'keys')
if last[1] == number then
  local then_keys = {}
  for key in string.gmatch(last[2], '%S+') do then_keys[#then_keys + 1] = key end
  local now_states, names = states_of(then_keys)
  for n, state in ipairs(now_states) do
    local record = state and find(state, held .. '\t', 1, true) == 1 and record_of(then_keys[n], names[n], state)
    if record then hand_out(then_keys[n], names[n], state, tenant(record.t), record) end
  end
  return answer(table.concat(keys, ' '), L.active, NEVER, {})
end

-- 2. What was lent to this lane, and limited flows whose moment has come.
for i = 6, #ARGV, 2 do
  local lent = group(ARGV[i])
  local left = now - lent.lentat < 1000 and lent.credit or 0
  set(lent, 'credit', left + tonumber(ARGV[i + 1]))
  set(lent, 'lentat', now)
end
for _, flow in ipairs(call('ZRANGEBYSCORE', P .. 'limited', '-inf', NOW, 'LIMIT', 0, 100)) do
  unpark(tenant(match(flow, '^[^/]+')))
end

-- 3. The destination groups that are open, and the flows of each (lib/ready.lua).
local next_moment, wanted, flows, open, grouped = NEVER, {}, 0, {}, false
local waiting, servable = 0, 0 -- ready flows of all groups; those that this claim could serve, were it large enough
-- When a closed group opens by itself, and what must be borrowed for that.
local function closed(one)
  local limits = one.limits
  local _, moment, borrow = room(limits)
  if borrow then
    for _, value in ipairs({ one.name, whole(math.min(most, limits.burst)), exact(limits.rate), whole(limits.burst) }) do
      wanted[#wanted + 1] = value
    end
  end
  next_moment = math.min(next_moment, moment)
end
local function consider(name)
  local one = { name = name, ready = ready.of(name), room = NEVER, limits = name ~= '' and group(name) or nil, passed = 0 }
  local count = call('ZCARD', one.ready.key)
  if count == 0 then
    if name ~= '' then call('SREM', P .. 'groups', name) end
    return
  end
  waiting = waiting + count
  if one.limits then
    one.room = room(one.limits)
    if one.room <= 0 then return closed(one) end
  end
  flows, servable = flows + count, servable + math.min(count, one.room)
  open[#open + 1] = one
end
if L.paused == 0 then
  consider('')
  for _, name in ipairs(call('SMEMBERS', P .. 'groups')) do
    grouped = true
    consider(name)
  end
end

-- The weight that lanes share a worker by (LaneShares): of the tenants that have ready work. Where some of it waits for a group without room, that of
-- the flows that could be served is reckoned from those that were looked at: nobody keeps weights by groups.
local all_active, served_flows, served_tenants, served_weight = L.active, {}, {}, 0
local many_served = 0
local function count_served(owner, flow)
  if servable == waiting or served_flows[flow] then return end
  served_flows[flow], many_served = true, many_served + 1
  if not served_tenants[owner] then served_tenants[owner], served_weight = true, served_weight + owner.weight end
end
local function active()
  if servable == waiting or many_served == 0 then return all_active end
  return math.min(all_active, served_weight * math.max(1, servable / many_served))
end

local fair = quantum > 0 and quantum or math.min(MOST_VISIT, math.max(1, math.ceil(math.max(most, round) / flows)))
for _, one in ipairs(open) do one.ready.ahead = math.ceil(most / fair) + 1 end

-- 4. Visits. Several flows are visited at once, up to the first that comes a second time: entries are taken from each queue, and their states
-- read together.
local looked, served, alone, finish_tags = 0, L.vtime, false, {}
local visits, under_way, visited, again_at = {}, 0, {}, NEVER

-- The open group whose first flow has the least tag.
local function least()
  local best, best_flow, best_tag
  for _, one in ipairs(open) do
    if one.room > 0 then
      local flow, tag = ready.first(one.ready)
      if flow and (not best or tag < best_tag) then best, best_flow, best_tag = one, flow, tag end
    end
  end
  return best, best_flow, best_tag
end

local function visit(owner, one, flow, tag, count)
  local queue = P .. 'q:' .. flow
  local entries = call('LPOP', queue, count) or {}
  visits[#visits + 1] = { owner = owner, one = one, flow = flow, tag = tag, queue = queue, entries = entries, empty = #entries < count }
  visited[owner], under_way = true, under_way + #entries
  one.room = one.room - #entries
  again_at = math.min(again_at, tag + math.max(1, #entries) / owner.weight)
end

-- Which of the queues have nothing left.
local function look_for_empty_queues()
  local unsure, queues = {}, {}
  for _, one in ipairs(visits) do
    if not one.empty then unsure[#unsure + 1], queues[#queues + 1] = one, one.queue end
  end
  local left = queues[1] and call('EXISTS', unpack(queues)) or 0
  if left == #queues then return end
  for _, one in ipairs(unsure) do one.empty = left == 0 or call('EXISTS', one.queue) == 0 end
end

-- Hands out what one visit took; `read` begins behind `at` with it. Returns how many. What people see does not change: counters and state are
-- all there is to write.
local function hand_out_entries(visit, read, names, at)
  local taken, entries = 0, visit.entries
  for i, key in ipairs(entries) do
    local state = read[at + i]
    looked = looked + 1
    local held_now, fresh = gsub(state or '', FRESH, HELD, 1)
    if fresh == 1 then
      hand_out(key, names[at + i], held_now, visit.owner)
      taken = taken + 1
    -- What was cancelled or settled while it waited is still in the list: it is left out here, and so is what can't be read.
    elseif state and find(state, QUEUED, 1, true) == 1 then
      local record = record_of(key, names[at + i], state)
      alone = record and record.cr and tonumber(record.cr) >= SUSPECT
      local mine = record and (not alone or handed == 0)
      if mine then
        hand_out(key, names[at + i], held .. sub(state, (find(state, '\t', #QUEUED + 1, true))), visit.owner, record)
        taken = taken + 1
      end
      if alone then
        for back = #entries, mine and i + 1 or i, -1 do
          call('LPUSH', visit.queue, entries[back])
          visit.empty = false
        end
        return taken
      end
    end
  end
  return taken
end

local function end_visits()
  look_for_empty_queues()
  local all, at = {}, 0
  for _, visit in ipairs(visits) do
    for _, key in ipairs(visit.entries) do all[#all + 1] = key end
  end
  local read, names = states_of(all)
  for _, visit in ipairs(visits) do
    local owner, one, tag, count = visit.owner, visit.one, visit.tag, #visit.entries
    if alone then
      -- Behind a suspect: nothing happened to it.
      for back = count, 1, -1 do call('LPUSH', visit.queue, visit.entries[back]) end
      one.room = one.room + count
      ready.put(one.ready, visit.flow, tag)
    else
      local taken = hand_out_entries(visit, read, names, at)
      one.room = one.room + count - taken
      add(owner, 'claimed', taken)
      take(owner, taken)
      if one.limits then
        add(one.limits, 'claimed', taken)
        take(one.limits, taken)
      end
      -- A visit that met only withdrawn entries costs one: else the flow kept its place, and a cancelled batch held up everyone.
      -- One that met a suspect which must come alone costs nothing: with the least tag it comes first next time, and alone.
      owner.tag = tag + (alone and taken or math.max(1, taken)) / owner.weight
      served = math.max(served, tag + math.max(0, taken - 1) / owner.weight)
      if visit.empty then
        ready.remove(one.ready, visit.flow)
        count_flow(owner, -1)
      else
        ready.move(one.ready, visit.flow, owner.tag)
      end
      if visit.empty or grouped then finish_tags[owner.name] = owner.tag end
    end
    at = at + count
  end
  visits, under_way, visited, again_at = {}, 0, {}, NEVER
end

-- More must be read ahead; those that are visited stand there still, where they were.
local function runs_out()
  for _, one in ipairs(open) do
    if ready.runs_out(one.ready) then return true end
  end
end

while not alone do
  local one, flow, start
  local more = handed + under_way < most and looked < MOST_LOOKED
  if more and not (visits[1] and runs_out()) then one, flow, start = least() end
  local owner = one and tenant(match(flow, '^[^/]+'))
  if visits[1] and (not one or start >= again_at or visited[owner]) then
    end_visits()
  elseif not one then
    break
  else
    ready.take_first(one.ready)
    -- Its destination was closed for a while, and time has passed it: it goes on now, where it stands. Those that do so keep their order: at one
    -- and the same tag the name would decide, for the same few each time the group opens.
    local tag, finish = start, 0
    if start < L.vtime then
      one.passed = one.passed + 1
      tag = L.vtime + one.passed * 1e-4
    end
    -- Another flow of this tenant was served meanwhile: it waits for that.
    if grouped then finish = owner.tag or tonumber(call('ZSCORE', P .. 'tags', owner.name) or '0') end
    local free, moment = room(owner)
    count_served(owner, flow)
    if free <= 0 then
      looked = looked + 1
      ready.forget(one.ready, flow)
      park(owner, one.name, tag, moment)
    elseif finish > tag then
      looked = looked + 1
      ready.move(one.ready, flow, finish)
    else
      visit(owner, one, flow, tag, math.min(most - handed - under_way, fair, free, one.room))
    end
  end
end
for _, one in ipairs(open) do ready.write(one.ready) end
states_moved.queued, states_moved.claimed = -handed, handed

-- 5. The lane's virtual time; a tenant that rested until its finish tag passed has no claim left to remember.
local waits, _, waits_at = least()
local vtime = math.max(L.vtime, waits and math.min(served, waits_at) or served)
local places = {}
for name, tag in pairs(finish_tags) do
  if tag >= vtime then places[#places + 1], places[#places + 2] = tag, name end
end
if places[1] then call('ZADD', P .. 'tags', unpack(places)) end
if vtime > L.vtime then
  set_lane('vtime', vtime)
  call('ZREMRANGEBYSCORE', P .. 'tags', '-inf', '(' .. exact(vtime))
end
-- Nobody waits: nobody has a claim on another any more, and the next busy period begins with all alike.
if L.active < 0.005 then
  local last = call('ZREVRANGE', P .. 'tags', 0, 0, 'WITHSCORES')
  if last[2] then
    set_lane('vtime', math.max(L.vtime, tonumber(last[2])))
    call('UNLINK', P .. 'tags')
  end
end

-- 6. When to come again.
if handed < most then
  for _, one in ipairs(open) do
    if one.room <= 0 and ready.first(one.ready) then closed(one) end
  end
  if alone then
    next_moment = now + ALONE_FOR
  elseif waits and looked >= MOST_LOOKED then
    next_moment = now
  else
    local first = call('ZRANGE', P .. 'limited', 0, 0, 'WITHSCORES')
    if first[2] and first[2] ~= 'inf' then next_moment = math.min(next_moment, tonumber(first[2])) end
    if L.sleeping == 0 then set_lane('sleeping', 1) end
  end
end
if handed > 0 then
  -- Who holds something must be among those who can be judged, even if it dies before its first heartbeat.
  call('ZADD', P .. 'workers', 'NX', NOW, worker)
  call('SADD', P .. 'held:' .. worker, unpack(keys))
end
-- What was lent must not be counted twice either, should this call come again.
local all = table.concat(keys, ' ')
if handed > 0 or ARGV[6] then call('HSET', me, 'call', number, 'keys', all) end
-- Who sleeps need not be told of what became claimable in this call and is taken: only if something is left, or may be.
if L.sleeping > 0 then wake = false end
finish_call()
return answer(all, active(), next_moment, wanted)
