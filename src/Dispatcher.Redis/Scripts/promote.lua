-- Moves what is due from 'later' to its flow's queue.
-- ARGV: most entries a call. Returns {moved, milliseconds until the next is due or -1}.
local later, moved = P .. 'later', 0
-- It waits for a moment of the world's: what was claimed before and is held waits for one of the lane's.
local function is_scheduled(record) return record.s == T.schedule.to and record.w == '' end
local keys = call('ZRANGEBYSCORE', later, '-inf', NOW, 'LIMIT', 0, ARGV[1])
for _, key in ipairs(keys) do
  local record = read(key)
  local due_at = slew and record and is_scheduled(record) and clock_at(tonumber(record.due))
  if due_at and due_at > now then
    -- A moment of the world's, and the lane's clock is ahead of it: it stands where that clock will be then.
    due[#due + 1], due[#due + 2] = whole(due_at), key
  elseif record and move(record, 'promote', 'promote') then
    -- From now on it waits by the lane's clock, as all in a queue does (inspect.lua).
    if due_at then record.due = whole(due_at) end
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
