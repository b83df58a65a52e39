-- Moves what is due from `later` to its tenant's queue.
-- ARGV: most entries a call. Returns {moved, milliseconds until the next is due or -1}.
local moved, later = 0, P .. 'later'
for _, key in ipairs(redis.call('ZRANGEBYSCORE', later, '-inf', NOW, 'LIMIT', 0, ARGV[1])) do
  local record = read(key)
  redis.call('ZREM', later, key)
  if record and move(record, 'promote', nil, 'promote') then
    enqueue(record, false)
    moved = moved + 1
  end
end
if moved > 0 then finish_call() end
local first = redis.call('ZRANGE', later, 0, 0, 'WITHSCORES')
return { moved, first[2] and whole(math.max(0, tonumber(first[2]) - now)) or -1 }
