-- Stores invitations; the same (tenant, id) with the same content again does nothing.
-- ARGV: most unfinished (0: no limit), by; then per invitation: key, tenant, id, content hash, recipient hash, body, send at ms (0: now), created at ms (0: now).
-- Returns a word each: accepted, duplicate, conflict, full.
local limit, by = tonumber(ARGV[1]), ARGV[2]
local room = math.huge
if limit > 0 then
  room = limit
  for _, n in ipairs(redis.call('HMGET', LANE, 'n:scheduled', 'n:queued', 'n:claimed', 'n:sending', 'n:deferred')) do
    room = room - tonumber(n or '0')
  end
end

local answers = {}
for i = 3, #ARGV, 8 do
  local key, tenant, id, hash, recipient, body = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4], ARGV[i + 5]
  local send_at, created = tonumber(ARGV[i + 6]), ARGV[i + 7]
  local rk = P .. 'i:' .. key
  local known = redis.call('HGET', rk, 'h') or redis.call('GET', P .. 'k:' .. key)
  if known then
    answers[#answers + 1] = known == hash and 'duplicate' or 'conflict'
  elseif room <= 0 then
    answers[#answers + 1] = 'full'
  else
    room = room - 1
    local ahead = send_at > now
    local state = T[ahead and 'schedule' or 'accept'].to
    local record = { key = key, t = tenant }
    local sets = { 't', tenant, 'id', id, 'h', hash, 'b', body, 's', state, 'c', created ~= '0' and created or NOW, 'by', by }
    if recipient ~= '' then
      sets[#sets + 1] = 'rh'
      sets[#sets + 1] = recipient
    end
    if created ~= '0' then
      sets[#sets + 1] = 'at'
      sets[#sets + 1] = NOW
    end
    if ahead then
      sets[#sets + 1] = 'due'
      sets[#sets + 1] = whole(send_at)
    end
    redis.call('HSET', rk, unpack(sets))
    if ahead then wait_until(record, send_at) else enqueue(record, false) end
    add(states, state, 1)
    add(statuses, tenant .. ' queued', 1)
    redis.call('XADD', P .. 'events', 'MAXLEN', '~', '1000000', '*', 'k', key, 't', tenant, 'id', id, 'f', '', 's', 'queued', 'a', 0, 'by', by, 'r', '')
    answers[#answers + 1] = 'accepted'
  end
end
finish_call()
return answers
