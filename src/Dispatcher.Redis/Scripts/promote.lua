-- Moves what is due from 'later' to its flow's queue.
-- ARGV: most entries a call. Returns {moved, milliseconds until the next is due or -1}.
local later, moved = P .. 'later', 0
local keys = call('ZRANGEBYSCORE', later, '-inf', NOW, 'LIMIT', 0, ARGV[1])
for _, key in ipairs(keys) do
  local record = read(key)
  if record and move(record, 'promote', 'promote') then
    enqueue(record, false)
    moved = moved + 1
  end
end
if keys[1] then
  call('ZREM', later, unpack(keys))
  finish_call()
end
local first = call('ZRANGE', later, 0, 0, 'WITHSCORES')
return { moved, first[2] and whole(math.max(0, tonumber(first[2]) - now)) or -1 }
