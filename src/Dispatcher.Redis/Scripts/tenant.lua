-- Stores a tenant's settings. KEYS[1] is 'dispatch:tenants'; its field '#rev' counts changes, so that workers see them cheaply.
-- ARGV: tenant, settings as JSON. Returns created, configured or unchanged.
local was = redis.call('HGET', KEYS[1], ARGV[1])
if was == ARGV[2] then return 'unchanged' end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('HINCRBY', KEYS[1], '#rev', 1)
return was and 'configured' or 'created'
