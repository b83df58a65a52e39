-- What the doctor wants to know of a lane and of the server beneath it. Reads alone, and is bounded.
-- ARGV: what (lane, sizes); lane: ms after which sending is too long.
-- Returns for lane: {now, INFO text, lane fields, ready, limited, later, overdue, long overdue, next due or '', {worker, ms since last beat,
--   held}..., sending too long, {entries, events kept, age ms}, {rule, action, age ms, looked}..., {tenant, entries}...,
--   ms by which the lane's clock is ahead of Redis' own, ms until it is not}; for sizes: {key, bytes, entries}....
local FLOWS, HELD, SAMPLE = 1000, 300, 20

if ARGV[1] == 'sizes' then
  local sizes = {}
  local function size(key, count)
    local bytes = call('MEMORY', 'USAGE', key)
    if bytes then sizes[#sizes + 1] = { key, bytes, call(count, key) } end
  end
  size(LANE, 'HLEN')
  for _, g in ipairs(call('SMEMBERS', P .. 'groups')) do size(ready_of(g), 'ZCARD') end
  for _, name in ipairs({ 'ready', 'limited', 'tags', 'later', 'workers' }) do size(P .. name, 'ZCARD') end
  size(P .. 'tenants', 'SCARD')
  size(P .. 'rules', 'HLEN')
  size(P .. 'events', 'XLEN')
  size(P .. 'ended', 'LLEN')
  local sum, seen = 0, 0
  for _, name in ipairs(call('SCAN', '0', 'MATCH', P .. 'state:*', 'COUNT', 500)[2]) do
    if seen < SAMPLE then
      local fixed = call('MEMORY', 'USAGE', fixed_of(string.sub(name, #P + 7)))
      sum, seen = sum + call('MEMORY', 'USAGE', name) + (fixed or 0), seen + 1
    end
  end
  if seen > 0 then sizes[#sizes + 1] = { P .. 'i:*', math.floor(sum / seen), seen } end
  return sizes
end

local long = tonumber(ARGV[2])
local later = P .. 'later'
local first = call('ZRANGE', later, 0, 0, 'WITHSCORES')

-- Who holds what, and since when it is on the wire: the newest line of its trail says so.
local workers, too_long, looked = {}, 0, 0
local seen = call('ZRANGE', P .. 'workers', 0, -1, 'WITHSCORES')
for i = 1, #seen, 2 do
  local held = P .. 'held:' .. seen[i]
  workers[#workers + 1] = { seen[i], whole(now - tonumber(seen[i + 1])), call('SCARD', held) }
  if looked < HELD then
    local keys = call('SRANDMEMBER', held, HELD - looked)
    looked = looked + #keys
    for _, key in ipairs(keys) do
      local record = read(key)
      if record and record.s == 'sending' then
        local at = string.match(string.match(record.rest, '([^\n]*)\n$') or '', '^(%d+)\tsending\t')
        if at and now - tonumber(at) > long then too_long = too_long + 1 end
      end
    end
  end
end

local events_of = { call('XLEN', P .. 'events'), '0', '0' }
local entry = call('XRANGE', P .. 'events', '-', '+', 'COUNT', 1)[1]
if entry then
  events_of[2] = whole(L.events - tonumber(entry[2][2]))
  events_of[3] = whole(real - tonumber(string.match(entry[1], '^%d+')))
end

local under_way = {}
local stored = call('HGETALL', P .. 'rules')
for i = 1, #stored, 2 do
  local progress = call('HMGET', progress_of(stored[i]), 'since', 'looked')
  under_way[#under_way + 1] = { stored[i], cjson.decode(stored[i + 1]).action, whole(now - tonumber(progress[1] or NOW)), progress[2] or '0' }
end

local waiting, left = {}, FLOWS
local function add_flows(set_of)
  for _, flow in ipairs(left > 0 and call('ZRANGE', set_of, 0, left - 1) or {}) do
    left = left - 1
    local t = string.match(flow, '^[^/]+')
    waiting[t] = (waiting[t] or 0) + call('LLEN', P .. 'q:' .. flow)
  end
end
local ready = call('ZCARD', P .. 'ready')
add_flows(P .. 'ready')
for _, g in ipairs(call('SMEMBERS', P .. 'groups')) do
  ready = ready + call('ZCARD', ready_of(g))
  add_flows(ready_of(g))
end
add_flows(P .. 'limited')
local tenants = {}
for t, entries in pairs(waiting) do tenants[#tenants + 1] = { t, entries } end
table.sort(tenants, function(one, other) return one[2] > other[2] or (one[2] == other[2] and one[1] < other[1]) end)
for i = #tenants, 11, -1 do tenants[i] = nil end

return { NOW, call('INFO'), call('HGETALL', LANE), ready, call('ZCARD', P .. 'limited'), call('ZCARD', later), call('ZCOUNT', later, '-inf', NOW),
  call('ZCOUNT', later, '-inf', whole(now - 60000)), first[2] or '', workers, too_long, events_of, under_way, tenants,
  whole(now - real), whole((now - real) / (1 - PACE)) }
