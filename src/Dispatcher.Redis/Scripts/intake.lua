-- Stores invitations; the same (tenant, id) with the same content again does nothing.
-- ARGV: most unfinished (0: no limit), by; then per invitation: key, tenant, destination group, recipient hash, id, content hash, body,
--   send at ms (0: now), created at ms (0: now), and the rest of the identity (type, template, domain, tags, by tabs).
-- Returns a word each: accepted, duplicate, conflict, full.
local limit, by = tonumber(ARGV[1]), ARGV[2]
local free = math.huge
if limit > 0 then
  free = limit - L['n:scheduled'] - L['n:queued'] - L['n:claimed'] - L['n:sending'] - L['n:deferred']
end

-- The content hash under which a key is known: of the record, or of one that has ended and gone.
local function known_as(key)
  local record = records[key]
  local identity = record and record.i or call('HGET', P .. 'i:' .. key, 'i')
  if identity then return string.match(identity, HASH) end
  return call('GET', P .. 'k:' .. key)
end

local answers = {}
for i = 3, #ARGV, 10 do
  local key, hash = ARGV[i], ARGV[i + 5]
  local known = known_as(key)
  if known then
    answers[#answers + 1] = known == hash and 'duplicate' or 'conflict'
  elseif free <= 0 then
    answers[#answers + 1] = 'full'
  else
    free = free - 1
    add_lane('seq', 1)
    local send_at, created = tonumber(ARGV[i + 7]), ARGV[i + 8]
    local identity = table.concat({ ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4], hash, whole(L.seq), NOW, created == '0' and '' or created,
      by, ARGV[i + 9] }, '\t')
    local ahead = send_at > now
    local record = record_of(key, T[ahead and 'schedule' or 'accept'].to .. '\t\t0\t\t\t\n', identity)
    record.fresh = ARGV[i + 6]
    touch(record)
    if ahead then wait_until(record, send_at) else enqueue(record, false) end
    states_moved[record.s] = (states_moved[record.s] or 0) + 1
    local sums = tenant(record.t).sums
    sums.queued = (sums.queued or 0) + 1
    event(record, '', 'queued', by)
    answers[#answers + 1] = 'accepted'
  end
end
finish_call()
return answers
