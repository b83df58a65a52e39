-- What every script of a lane begins with: keys, clock, the lane's own fields. KEYS[1] is '{d:NN}:lane'; every other key of the lane is
-- named from it. Ahead of this stands T, the table of transitions; behind it limits, records, queues and rules. Scripts
-- collect what they change and end with finish_call().
local call = redis.call
local LANE = KEYS[1]
local P = string.sub(LANE, 1, -5)

-- Two keys that never exist. While the lane's slot moves between nodes of a cluster this is an error, on either side and before anything
-- was written: a script that went on would miss keys that have moved, and keep its first writes.
call('EXISTS', P .. 'never', P .. 'ever')

local function whole(number) return string.format('%.0f', number) end
local function exact(number) return string.format('%.17g', number) end

-- The lane's fields as numbers, 0 when absent; written back as a whole by finish_call().
local L = {}
do
  local names = { 'clock', 'vtime', 'active', 'paused', 'sleeping', 'rules', 'bounded', 'seq', 'moves', 'events', 'uncertain', 'n:scheduled',
    'n:queued', 'n:claimed', 'n:sending', 'n:deferred' }
  local values = call('HMGET', LANE, unpack(names))
  for i, name in ipairs(names) do L[name] = tonumber(values[i] or '0') end
end
local changed_lane = {}
local function set_lane(name, value)
  L[name] = value
  changed_lane[name] = true
end
local function add_lane(name, by) set_lane(name, L[name] + by) end
-- How many records came into each state, or left it; summed up by finish_call().
local states_moved = {}

-- Redis' clock in milliseconds, never backwards within a lane.
local now
do
  local time = call('TIME')
  now = math.max(tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000), L.clock)
  set_lane('clock', now)
end
local NOW = whole(now)
