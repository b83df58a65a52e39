-- Remembers that a tenant must not write to a recipient; the later expiry wins.
-- ARGV: tenant, recipient hash, reason, milliseconds (0: for ever). Returns nothing.
local key, forever = P .. 's:' .. ARGV[1] .. ':' .. ARGV[2], ARGV[4] == '0'
local left = redis.call('PTTL', key) -- -2: none, -1: for ever
if left == -1 then return end
if forever then
  redis.call('SET', key, ARGV[3])
elseif left < tonumber(ARGV[4]) then
  redis.call('SET', key, ARGV[3], 'PX', ARGV[4])
end
