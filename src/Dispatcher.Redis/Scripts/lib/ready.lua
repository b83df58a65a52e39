-- The flows of a destination group that are ready, by start tag, as a claim goes through them: some are read ahead, and what changes of their order
-- is written in the end, or before more are read.
local ready = {}

function ready.of(group_name)
  return { key = ready_of(group_name), ahead = 1, flows = {}, tags = {}, at = 1, last = 0, all = false, moved = {} }
end

function ready.write(some)
  local gone, places = {}, {}
  for flow, tag in pairs(some.moved) do
    if tag then places[#places + 1], places[#places + 2] = tag, flow else gone[#gone + 1] = flow end
  end
  if gone[1] then call('ZREM', some.key, unpack(gone)) end
  if places[1] then call('ZADD', some.key, unpack(places)) end
  some.moved = {}
end

-- The next question for the first must read. A flow that was taken, and of which it is not said yet where it goes, stands there still.
function ready.runs_out(some) return some.at > some.last and not some.all end

-- The flow with the least tag, and that tag; nil: there is none.
function ready.first(some)
  if ready.runs_out(some) then
    ready.write(some)
    local read = call('ZRANGE', some.key, 0, some.ahead - 1, 'WITHSCORES')
    some.at, some.last, some.all = 1, #read / 2, #read < 2 * some.ahead
    for n = 1, some.last do some.flows[n], some.tags[n] = read[2 * n - 1], tonumber(read[2 * n]) end
  end
  if some.at <= some.last then return some.flows[some.at], some.tags[some.at] end
end

function ready.take_first(some) some.at = some.at + 1 end

-- One that was taken goes back to where it was.
function ready.put(some, flow, tag)
  -- Behind all that was read are those that were not.
  if not some.all and tag >= some.tags[some.last] then return end
  local n = some.last
  while n >= some.at and some.tags[n] > tag do
    some.flows[n + 1], some.tags[n + 1] = some.flows[n], some.tags[n]
    n = n - 1
  end
  some.flows[n + 1], some.tags[n + 1], some.last = flow, tag, some.last + 1
end

-- It waits at another tag.
function ready.move(some, flow, tag)
  some.moved[flow] = tag
  ready.put(some, flow, tag)
end

function ready.remove(some, flow) some.moved[flow] = false end

-- It was taken away already (park).
function ready.forget(some, flow) some.moved[flow] = nil end
