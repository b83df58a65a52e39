-- One consistent look at a lane, for `status` and the gauges. Bounded: looks at the heads of at most 300 queues.
-- Returns {now, lane fields, due in later, oldest due ms, {worker, ms since last beat, held}...}.
local oldest = now
local heads = call('ZRANGE', P .. 'ready', 0, 99)
for _, name in ipairs(call('SMEMBERS', P .. 'groups')) do
  for _, flow in ipairs(call('ZRANGE', ready_of(name), 0, 9)) do heads[#heads + 1] = flow end
end
for n = 1, math.min(#heads, 300) do
  local key = call('LINDEX', P .. 'q:' .. heads[n], 0)
  local record = key and read(key)
  if record and record.s == 'queued' then oldest = math.min(oldest, tonumber(record.due) or stored_at(record)) end
end
local first = call('ZRANGE', P .. 'later', 0, 0, 'WITHSCORES')
if first[2] then oldest = math.min(oldest, tonumber(first[2])) end
local workers = {}
local seen = call('ZRANGE', P .. 'workers', 0, -1, 'WITHSCORES')
for i = 1, #seen, 2 do
  workers[#workers + 1] = { seen[i], whole(now - tonumber(seen[i + 1])), call('SCARD', P .. 'held:' .. seen[i]) }
end
return { NOW, call('HGETALL', LANE), call('ZCOUNT', P .. 'later', '-inf', NOW), whole(now - oldest), workers }
