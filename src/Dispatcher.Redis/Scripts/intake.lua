-- Stores invitations; the same (tenant, id) with the same content again does nothing.
-- ARGV: most unfinished (0: no limit), by, ms for which a reference is remembered; then per invitation: key; by tabs whose it is (tenant,
--   destination group, recipient hash), a line feed, and of what never changes content hash, reference, type; send at ms (0: now); what never
--   changes of the record ('i:').
-- Returns a word each: accepted, duplicate, conflict, full.
local limit, by, memory = tonumber(ARGV[1]), ARGV[2], ARGV[3]
local free = math.huge
if limit > 0 then
  free = limit - L['n:scheduled'] - L['n:queued'] - L['n:claimed'] - L['n:sending'] - L['n:deferred']
end

-- 1. The content hashes under which keys are known: of the record, or of one that has ended and gone.
local hashes, fixed, gone = {}, {}, {}
for i = 4, #ARGV, 4 do
  fixed[#fixed + 1] = fixed_of(ARGV[i])
  gone[#gone + 1] = memory_of(ARGV[i])
end
local function hash_of(identity) return string.match(identity, '^[^\t]*\t([^\t]*)') end
if fixed[1] then
  local there, remembered = call('MGET', unpack(fixed)), call('MGET', unpack(gone))
  for n = 1, #fixed do hashes[ARGV[4 * n]] = there[n] and hash_of(there[n]) or remembered[n] end
end

-- 2. One after the other; the same key may come twice.
local QUEUED, SCHEDULED = T.accept.to, T.schedule.to
local INVITATION = '^(([^\t]*)\t([^\t]*)\t([^\t\n]*))\n([^\t]*)\t([^\t]*)\t(%l*)'
local answers, identities, accepted, ends = {}, {}, 0, '\t' .. NOW .. '\n'
for i = 4, #ARGV, 4 do
  local key, whose, t, g, rh, hash, reference, kind = ARGV[i], match(ARGV[i + 1], INVITATION)
  local known = hashes[key]
  if known then
    answers[#answers + 1] = known == hash and 'duplicate' or 'conflict'
  elseif free <= 0 then
    answers[#answers + 1] = 'full'
  else
    free = free - 1
    hashes[key] = hash
    accepted = accepted + 1
    local send_at = tonumber(ARGV[i + 2])
    local record = { key = key, t = t, g = g, rh = rh, at = '0', x = '', touched = true } -- written below
    accept(record, reference, kind, math.max(send_at, now), memory)
    local begins = QUEUED .. '\t\t0\t'
    if send_at > now then
      begins = SCHEDULED .. '\t\t0\t' .. ARGV[i + 2]
      due[#due + 1], due[#due + 2] = ARGV[i + 2], key
      states_moved[SCHEDULED] = (states_moved[SCHEDULED] or 0) + 1
    else
      enqueue(record, false)
      states_moved[QUEUED] = (states_moved[QUEUED] or 0) + 1
    end
    identities[2 * accepted - 1], identities[2 * accepted] = fixed_of(key), ARGV[i + 3]
    write_state(STATE_KEY .. key, begins .. '\t\t' .. record.x .. '\t' .. whose .. '\t' .. whole(L.seq + accepted) .. ends)
    local owner = tenant(t)
    if send_at > now and not owner.loaded then load(owner) end -- perhaps its first: finish_call() must see that; a queue makes sure by itself
    local sums = owner.sums
    sums.queued = (sums.queued or 0) + 1
    event(record, '', 'queued', by)
    answers[#answers + 1] = 'accepted'
  end
end
if accepted > 0 then
  call('MSET', unpack(identities))
  add_lane('seq', accepted)
end
finish_call()
return answers
