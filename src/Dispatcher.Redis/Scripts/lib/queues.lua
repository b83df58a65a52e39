-- Queues. A flow is a tenant's work for one destination group: '<tenant>', or '<tenant>/<group>'. Its list of record keys is not empty
-- exactly when the flow stands in 'ready' (or 'ready:<group>') by start tag, or in 'limited' by the moment from which it may be claimed.
local wake

local function flow_of(t, g) return g == '' and t or t .. '/' .. g end
local function ready_of(g) return P .. (g == '' and 'ready' or 'ready:' .. g) end

-- Whoever sleeps because nothing could be claimed is told, once.
local function stir()
  if L.sleeping > 0 then
    set_lane('sleeping', 0)
    wake = true
  end
end

local function count_flow(owner, by)
  add(owner, 'flows', by)
  if owner.flows == (by > 0 and 1 or 0) then add_lane('active', by * owner.weight) end
end

-- Gives flows (of each `owner` and `g`) their places: at the lane's virtual time or at their tenant's last finish, whichever is later.
local function activate(some)
  local names, ready = {}, {}
  for n, one in ipairs(some) do names[n] = one.owner.name end
  for n, tag in ipairs(names[1] and call('ZMSCORE', P .. 'tags', unpack(names)) or {}) do
    local owner, g = some[n].owner, some[n].g
    local places = ready[g] or {}
    ready[g] = places
    places[#places + 1], places[#places + 2] = math.max(L.vtime, tonumber(tag or 0)), flow_of(owner.name, g)
    count_flow(owner, 1)
  end
  for g, places in pairs(ready) do
    call('ZADD', ready_of(g), unpack(places))
    if g ~= '' then call('SADD', P .. 'groups', g) end
  end
  if names[1] then stir() end
end

-- Its tenant's limit keeps a flow from being claimed until a moment, or (NEVER) until something changes. It leaves 'ready'; what it has had is
-- remembered until the virtual time has passed it.
local function park(owner, g, tag, moment)
  call('ZREM', ready_of(g), flow_of(owner.name, g))
  call('ZADD', P .. 'tags', tag, owner.name)
  count_flow(owner, -1)
  call('ZADD', P .. 'limited', moment == NEVER and '+inf' or whole(moment), flow_of(owner.name, g))
  set(owner, 'parked', owner.parked .. (g == '' and '-' or g) .. ' ')
end

-- Parked flows of a tenant may be looked at again.
local function unpark(owner)
  local some = {}
  for g in string.gmatch(owner.parked, '%S+') do
    if g == '-' then g = '' end
    if call('ZREM', P .. 'limited', flow_of(owner.name, g)) == 1 then some[#some + 1] = { owner = owner, g = g } end
  end
  activate(some)
  set(owner, 'parked', '')
end

-- Parked until something changes; that has happened, and now the moment is known: whoever sleeps asks for it again.
local function park_until(owner, moment)
  for g in string.gmatch(owner.parked, '%S+') do
    if g == '-' then g = '' end
    if call('ZADD', P .. 'limited', 'XX', 'LT', 'CH', whole(moment), flow_of(owner.name, g)) == 1 then stir() end
  end
end

-- Queued work is collected, and pushed by finish_call().
local tails, heads, due
local function queue_of(lists, t, g)
  local flow = flow_of(t, g)
  local list = lists[flow]
  if not list then
    list = { owner = tenant(t), g = g }
    lists[flow] = list
  end
  return list
end
local function enqueue(record, at_head)
  local list = queue_of(at_head and heads or tails, record.t, record.g)
  list[#list + 1] = record.key
end

local function reversed(list)
  local other = { owner = list.owner, g = list.g }
  for n = #list, 1, -1 do other[#other + 1] = list[n] end
  return other
end

local function push(lists, command)
  local begun = {}
  for flow, list in pairs(lists) do
    -- What came first shall be first again.
    if command == 'LPUSH' then list = reversed(list) end
    if list[1] and call(command, P .. 'q:' .. flow, unpack(list)) == #list then begun[#begun + 1] = list end
  end
  activate(begun)
end

local function wait_until(record, moment)
  record.due = whole(moment)
  touch(record)
  due[#due + 1] = record.due
  due[#due + 1] = record.key
end

-- An attempt whose outcome nobody knows: again later, once, or set aside; as the policy that came with the start says.
local function unsure(record, by, reply)
  local delay, times = tonumber(record.due), tonumber(record.uc or '0')
  note(record, 'un', (record.un and record.un .. ' ' or '') .. record.a .. '@' .. record.w)
  note(record, 'uc', times + 1)
  add_lane('uncertain', 1)
  if delay < 0 or times >= 1 then return finish(record, 'shelve', 'internal-error', by, reply, 'uncertain') end
  move(record, 'unsure', by, reply, 'uncertain')
  release(record)
  if not not_again(record) then wait_until(record, now + delay) end
  return true
end

-- The fields that have changed, by their values now. Redis itself writes numbers so that they are read back exactly.
local function write(key, changed, values)
  local flat, n = { key }, 1
  for field in pairs(changed) do
    flat[n + 1], flat[n + 2] = field, values[field]
    n = n + 2
  end
  if n > 1 then call('HSET', unpack(flat)) end
end

-- What filters have done in this call: how many, by the key of their progress and by 'done' and 'late'.
local tallies

at_begin(function() wake, tails, heads, due, tallies = false, {}, {}, {}, {} end)

-- Writes down what the call has changed.
local function finish_call()
  for _, record in ipairs(touched) do write_state(record.name, packed_of(record)) end
  if states_written > 0 then
    call('MSET', unpack(written))
    -- How much moves, for whoever counts while everything runs (reconcile.lua): at least as many as changed their state.
    add_lane('moves', states_written)
  end
  for progress, tally in pairs(tallies) do
    for field, by in pairs(tally) do
      if by ~= 0 then call('HINCRBY', progress, field, by) end
    end
  end
  free_references()
  if ended[1] then call('RPUSH', P .. 'ended', NOW .. ' ' .. table.concat(ended, ' ')) end
  for worker, keys in pairs(let_go) do call('SREM', P .. 'held:' .. worker, unpack(keys)) end
  for state, by in pairs(states_moved) do
    if state ~= 'final' then add_lane('n:' .. state, by) end
  end
  push(heads, 'LPUSH')
  push(tails, 'RPUSH')
  if due[1] then call('ZADD', P .. 'later', unpack(due)) end
  if withdrawn[1] then call('ZREM', P .. 'later', unpack(withdrawn)) end
  for _, one in ipairs(holders) do
    -- One that has limits is read where a place may have become free: it may have parked flows.
    local sums = one.sums
    if one.tenant and not one.loaded and (sums.claimed or sums.sending) and bounded(one.name) then load(one) end
    add_sums(one)
    -- A place became free: flows that waited for one may be looked at again.
    if one.loaded then
      if (one.changed.claimed or one.changed.sending) and one.parked ~= '' then
        local free, moment = room(one)
        if free > 0 then moment = refill(one) end
        if not moment then unpark(one) elseif moment ~= NEVER then park_until(one, moment) end
      end
      -- Destination groups wait in no set: whoever sleeps looks again.
      local place = one.concurrency > 0 and one.claimed + one.sending < one.was_held
      local burst = one.rate > 0 and not one.tenant and one.claimed < one.was_claimed
      if place or burst then stir() end
    end
  end
  for _, one in ipairs(holders) do
    if one.loaded and one.tenant and not one.known then call('SADD', P .. 'tenants', one.name) end
    write(one.key, one.changed, one)
  end
  local most_events = L.maxevents > 0 and L.maxevents or 1000000
  local entry, n = { P .. 'events', 'MAXLEN', '~', whole(most_events), '*', 'n', '' }, 7
  for what, lines in pairs(told) do
    if lines.count > 0 then
      add_lane('events', lines.count)
      entry[n + 1], entry[n + 2], n = what, table.concat(lines), n + 2
    end
  end
  if n > 7 then
    entry[7] = whole(L.events)
    call('XADD', unpack(entry))
  end
  write(LANE, changed_lane, L)
  if wake then call('PUBLISH', P .. 'wake', '') end
end
