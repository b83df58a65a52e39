-- Lends some of a destination group's rate to a lane, for about a second. KEYS[1] is 'dispatch:lent:<group>', one for all lanes.
-- ARGV: rate a second, burst, tokens wanted. Returns {tokens, ms until there are more}.
local rate, burst, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local interval = 1000 / rate
-- The bucket is empty at worst: what was lent at a slower rate must not keep a faster one waiting.
local stored = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
local full = math.min(stored, now + burst * interval)
local tokens = math.floor(burst - (full - now) / interval + 1e-6)
-- A slice: a twentieth of a second, so that no lane sits on what another could use.
local slice = math.max(1, math.ceil(rate / 20))
local lent = math.max(0, math.min(tokens, wanted, slice))
if lent > 0 or full < stored then
  full = full + lent * interval
  redis.call('SET', KEYS[1], string.format('%.17g', full), 'PX', math.ceil(full - now) + 60000)
end
return { lent, math.max(1, math.ceil(full - (burst - few_tokens(rate, burst)) * interval - now)) }
