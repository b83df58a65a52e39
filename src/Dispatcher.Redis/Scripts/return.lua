-- A worker's heartbeat, and what dead workers held: claimed after one lease as if nothing had happened, sending after four as uncertain.
-- While Redis was away nobody could beat: after a gap in all beats nothing is judged for one lease.
-- ARGV: worker, lease ms, most entries to look at, final retention ms, id retention ms.
-- Returns {now, held by this worker, given back, judged uncertain}.
local worker, lease, most = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local retention = { final = ARGV[4], id = ARGV[5] }
local workers = P .. 'workers'

local beat = redis.call('HMGET', LANE, 'beat', 'judge')
local judge = tonumber(beat[2] or '0')
-- Beats come once a second, and a little late: with the shortest lease half of it would always be a gap.
if now - tonumber(beat[1] or '0') > math.max(lease / 2, 1500) then
  judge = now + lease
  redis.call('HSET', LANE, 'judge', whole(judge))
end
redis.call('HSET', LANE, 'beat', NOW)
redis.call('ZADD', workers, NOW, worker)

local given_back, uncertain = 0, 0
if now >= judge then
  for _, dead in ipairs(redis.call('ZRANGEBYSCORE', workers, '-inf', '(' .. whole(now - lease), 'LIMIT', 0, 10)) do
    local silent = now - tonumber(redis.call('ZSCORE', workers, dead))
    local held = P .. 'held:' .. dead
    for _, key in ipairs(redis.call('SRANDMEMBER', held, most)) do
      local record = read(key)
      if not record or record.w ~= dead or (record.s ~= 'claimed' and record.s ~= 'sending') then
        redis.call('SREM', held, key)
      elseif record.s == 'claimed' then
        move(record, 'back', nil, 'return')
        release(record)
        enqueue(record, true)
        given_back = given_back + 1
      elseif silent > 4 * lease then
        unsure(record, 'return', 'worker ' .. dead .. ' was lost', retention)
        uncertain = uncertain + 1
      end
    end
    if redis.call('EXISTS', held) == 0 then
      redis.call('ZREM', workers, dead)
      redis.call('DEL', P .. 'w:' .. dead)
    end
  end
end
-- Events that nobody projected within a day go.
redis.call('XTRIM', P .. 'events', 'MINID', '~', whole(now - 86400000))
finish_call()
return { NOW, redis.call('SCARD', P .. 'held:' .. worker), given_back, uncertain }
