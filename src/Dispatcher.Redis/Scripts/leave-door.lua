-- A worker leaves the door's consumer group, unless entries are pending for it: those would be lost with the consumer.
-- KEYS[1] is 'dispatch:intake'. ARGV: group, consumer. Returns 1 when it left.
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if #redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2]) > 0 then return 0 end
redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
return 1
