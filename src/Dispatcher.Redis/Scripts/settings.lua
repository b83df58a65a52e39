-- Stores the settings of a tenant or of a destination group. KEYS[1] is 'dispatch:tenants' or 'dispatch:destinations'; its field '#rev'
-- counts changes, so that workers see them cheaply.
-- ARGV: name, settings as JSON (none: remove them). Returns created, configured, unchanged, removed or none.
local was, is = redis.call('HGET', KEYS[1], ARGV[1]), ARGV[2]
if not is then
  if not was then return 'none' end
  redis.call('HDEL', KEYS[1], ARGV[1])
  redis.call('HINCRBY', KEYS[1], '#rev', 1)
  return 'removed'
end
if was == is then return 'unchanged' end
redis.call('HSET', KEYS[1], ARGV[1], is)
redis.call('HINCRBY', KEYS[1], '#rev', 1)
return was and 'configured' or 'created'
