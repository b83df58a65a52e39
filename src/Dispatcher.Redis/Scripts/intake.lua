-- Stores invitations; the same (tenant, id) with the same content again does nothing.
-- ARGV: unfinished of this lane at which it is full (empty: no limit), by, ms for which a reference is remembered; then those of a flow together: tenant, destination group, type,
--   how many; and of each seven: key, recipient hash, content hash, reference (empty: none that is unique), send at ms (0: now), how the first line
--   of its state ends (from the type), and what never changes of the record ('i:').
-- Returns a word each: accepted, duplicate, conflict, full.
local limit, by, memory = tonumber(ARGV[1]), ARGV[2], ARGV[3]
local PARTS, free = 7, limit and limit - L['n:scheduled'] - L['n:queued'] - L['n:claimed'] - L['n:sending'] - L['n:deferred'] or math.huge

-- 1. The content hashes under which keys are known: of the record, or of one that has ended and gone.
local keys, fixed, gone, at = {}, {}, {}, 4
while ARGV[at] do
  local last = at + 3 + PARTS * tonumber(ARGV[at + 3])
  for i = at + 4, last, PARTS do
    local n, key = #keys + 1, ARGV[i]
    keys[n], fixed[n], gone[n] = key, fixed_of(key), memory_of(key)
  end
  at = last + 1
end
local hashes, there, remembered = {}, keys[1] and call('MGET', unpack(fixed)), keys[1] and call('MGET', unpack(gone))
for n = 1, #keys do hashes[keys[n]] = there[n] and match(there[n], '^[^\t]*\t([^\t]*)') or remembered[n] or nil end

-- 2. One after the other; the same key may come twice.
local QUEUED, SCHEDULED, lines = T.accept.to, T.schedule.to, lines_about('\tqueued\t0\t' .. by)
local answers, identities, in_order, accepted, scheduled, stored = {}, {}, {}, 0, 0, '\t' .. NOW .. '\t'
local function store(key, recipient, hash, reference, moment, line_end, record, flow)
  local known = hashes[key]
  if known then return known == hash and 'duplicate' or 'conflict' end
  if free <= 0 then return 'full' end
  free, accepted, hashes[key] = free - 1, accepted + 1, hash
  local send_at, due_at, noted = clock_at(tonumber(moment)), '', ''
  if reference ~= '' and not hold_reference(reference, key, recipient, memory) then noted = 'rf=' .. memory .. ';' end
  if flow.spaced then expect_invited({ key = key, t = flow.t, rh = recipient }, flow.owner, math.max(send_at, now)) end
  local state = QUEUED
  if send_at > now then
    state, due_at, scheduled = SCHEDULED, moment, scheduled + 1
    due[#due + 1], due[#due + 2] = whole(send_at), key
    if not flow.owner.loaded then load(flow.owner) end -- perhaps its first: finish_call() must see that; a queue makes sure by itself
  else
    flow.list[#flow.list + 1] = key
  end
  in_order[accepted] = key
  identities[2 * accepted - 1], identities[2 * accepted] = fixed_of(key), record
  write_state(state_of(key), state .. '\t\t0\t' .. due_at .. '\t\t' .. noted .. '\t' .. flow.whose .. recipient .. '\t' .. whole(L.seq + accepted) .. stored .. line_end)
  tell(lines, flow.t, key, '\n')
  flow.count = flow.count + 1
  return 'accepted'
end

at = 4
while ARGV[at] do
  local t, g, kind, many = ARGV[at], ARGV[at + 1], ARGV[at + 2], tonumber(ARGV[at + 3])
  local owner = tenant(t)
  local flow = { owner = owner, t = t, whose = t .. '\t' .. g .. '\t', count = 0,
    list = queue_of(tails, t, g), spaced = bounded(t) and owner.frequency > 0 and kind ~= 'reminder' }
  for i = at + 4, at + 3 + PARTS * many, PARTS do
    answers[#answers + 1] = store(ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4], ARGV[i + 5], ARGV[i + 6], flow)
  end
  owner.sums.queued = (owner.sums.queued or 0) + flow.count
  at = at + 4 + PARTS * many
end
if accepted > 0 then
  order.add(in_order, L.seq + 1) -- first: what fails here has left nothing by which an invitation would be known
  call('MSET', unpack(identities))
  add_lane('seq', accepted)
end
states_moved[QUEUED], states_moved[SCHEDULED] = accepted - scheduled, scheduled
finish_call()
return answers
