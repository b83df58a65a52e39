-- Remembers of a recipient what counts whoever writes. KEYS[1] is '{r:NN}:p:<recipient hash>': 'o' (opted out of everything, for good), or
-- 'c <tenant> ...': who was complained about; each complaint renews its expiry, and the newest ten are kept.
-- ARGV: out | complaint | back (takes an opt-out away); for a complaint: tenant, ms for which. Returns 1 when that changed something.
local key, what = KEYS[1], ARGV[1]
local known = redis.call('GET', key) or ''
if what == 'back' then
  if known ~= 'o' then return 0 end
  redis.call('DEL', key)
  return 1
end
if known == 'o' then return 0 end
if what == 'out' then
  redis.call('SET', key, 'o')
  return 1
end
local names, found = {}, false
for name in string.gmatch(string.sub(known, 3), '%S+') do
  names[#names + 1] = name
  found = found or name == ARGV[2]
end
if not found then names[#names + 1] = ARGV[2] end
while #names > 10 do table.remove(names, 1) end
redis.call('SET', key, 'c ' .. table.concat(names, ' '), 'PX', ARGV[3])
return found and 0 or 1
