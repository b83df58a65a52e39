-- Stores invitations; the same (tenant, id) with the same content again does nothing.
-- ARGV: most unfinished (0: no limit), by, ms for which a reference is remembered; then per invitation: key, tenant, destination group, recipient hash, id, content hash, body,
--   send at ms (0: now), created at ms (0: now), and the rest of the identity (reference, type, template, domain, tags,
--   by tabs).
-- Returns a word each: accepted, duplicate, conflict, full.
local limit, by, memory = tonumber(ARGV[1]), ARGV[2], ARGV[3]
local free = math.huge
if limit > 0 then
  free = limit - L['n:scheduled'] - L['n:queued'] - L['n:claimed'] - L['n:sending'] - L['n:deferred']
end

-- 1. The content hashes under which keys are known: of the record, or of one that has ended and gone.
local hashes, fixed, gone = {}, {}, {}
for i = 4, #ARGV, 10 do
  fixed[#fixed + 1] = fixed_of(ARGV[i])
  gone[#gone + 1] = P .. 'k:' .. ARGV[i]
end
local function hash_of(identity) return string.match(identity, '^[^\t]*\t([^\t]*)') end
if fixed[1] then
  local there, remembered = call('MGET', unpack(fixed)), call('MGET', unpack(gone))
  for n = 1, #fixed do hashes[ARGV[10 * n - 6]] = there[n] and hash_of(there[n]) or remembered[n] end
end

-- 2. One after the other; the same key may come twice.
local answers, bodies = {}, {}
for i = 4, #ARGV, 10 do
  local key, hash = ARGV[i], ARGV[i + 5]
  local known = hashes[key]
  if known then
    answers[#answers + 1] = known == hash and 'duplicate' or 'conflict'
  elseif free <= 0 then
    answers[#answers + 1] = 'full'
  else
    free = free - 1
    hashes[key] = hash
    add_lane('seq', 1)
    local send_at, created = tonumber(ARGV[i + 7]), ARGV[i + 8]
    bodies[#bodies + 1] = fixed_of(key)
    bodies[#bodies + 1] = table.concat({ ARGV[i + 4], hash, created == '0' and '' or created, by, ARGV[i + 9] }, '\t') .. '\0' .. ARGV[i + 6]
    local ahead = send_at > now
    local record = record_of(key, state_of(key), table.concat({ T[ahead and 'schedule' or 'accept'].to, '', '0', '', '', '', ARGV[i + 1], ARGV[i + 2], ARGV[i + 3],
      whole(L.seq), NOW }, '\t') .. '\n')
    touch(record)
    if ahead then wait_until(record, send_at) else enqueue(record, false) end
    local reference, kind = string.match(ARGV[i + 9], '^([^\t]*)\t(%l+)')
    accept(record, reference, kind, ahead and send_at or now, memory)
    states_moved[record.s] = (states_moved[record.s] or 0) + 1
    local sums = tenant(record.t).sums
    sums.queued = (sums.queued or 0) + 1
    event(record, '', 'queued', by)
    answers[#answers + 1] = 'accepted'
  end
end
if bodies[1] then call('MSET', unpack(bodies)) end
finish_call()
return answers
