-- One consistent look at a lane, for `status` and the gauges. Bounded: looks at the heads of at most 100 queues.
-- Returns {now, lane fields, counts by 'tenant status', due in later, oldest due ms, {worker, last beat, held}...}.
local oldest = now
for _, flow in ipairs(redis.call('ZRANGE', P .. 'ready', 0, 99)) do
  local key = redis.call('LINDEX', P .. 'q:' .. flow, 0)
  if key then
    local since = redis.call('HMGET', P .. 'i:' .. key, 's', 'due', 'at', 'c')
    if since[1] == 'queued' then
      local at = tonumber(since[2] or since[3] or since[4])
      if at < oldest then oldest = at end
    end
  end
end
local first = redis.call('ZRANGE', P .. 'later', 0, 0, 'WITHSCORES')
if first[2] and tonumber(first[2]) < oldest then oldest = tonumber(first[2]) end
local workers = {}
local seen = redis.call('ZRANGE', P .. 'workers', 0, -1, 'WITHSCORES')
for i = 1, #seen, 2 do
  workers[#workers + 1] = { seen[i], whole(now - tonumber(seen[i + 1])), redis.call('SCARD', P .. 'held:' .. seen[i]) }
end
return { NOW, redis.call('HGETALL', LANE), redis.call('HGETALL', P .. 'counts'), redis.call('ZCOUNT', P .. 'later', '-inf', NOW),
  whole(now - oldest), workers }
