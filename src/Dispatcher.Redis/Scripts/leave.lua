-- A worker that stopped in good order drops its lease. What it may still hold is judged like a dead worker's.
-- ARGV: worker. Returns how many it still holds.
local worker = ARGV[1]
local held = redis.call('SCARD', P .. 'held:' .. worker)
if held == 0 then
  redis.call('ZREM', P .. 'workers', worker)
  redis.call('DEL', P .. 'w:' .. worker)
end
return held
