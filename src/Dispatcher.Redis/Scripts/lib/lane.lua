-- What every function of a lane begins with: keys, clock, the lane's own fields. Its key is '{d:NN}:lane'; every other key of the lane is named
-- from it. Ahead of this stands T, the table of transitions; behind it limits, records, facts, queues, rules and steps. The library is read
-- once; what belongs to a call is made anew by begin(), and each part says by at_begin() what it has of that. Functions collect what they
-- change and end with finish_call(). While Redis reads the library it has nothing global, math and string included.
-- Lua allows 200 locals to all parts together: what one function alone needs stands in it, or with it between do and end.
local call, LANE, P
local find, match, sub, gsub = ('').find, ('').match, ('').sub, ('').gsub
local beginnings = {}
local function at_begin(one) beginnings[#beginnings + 1] = one end

local function whole(number) return string.format('%d', number) end
local function exact(number) return string.format('%.17g', number) end

-- The lane's fields as numbers, 0 when absent; written back as a whole by finish_call().
local FIELDS = { 'clock', 'vtime', 'active', 'paused', 'sleeping', 'rules', 'bounded', 'seq', 'moves', 'events', 'maxevents', 'uncertain', 'n:scheduled',
  'n:queued', 'n:claimed', 'n:sending', 'n:deferred' }
local L, changed_lane
local function set_lane(name, value)
  L[name] = value
  changed_lane[name] = true
end
local function add_lane(name, by) set_lane(name, L[name] + by) end
-- How many records came into each state, or left it; summed up by finish_call().
local states_moved

-- Redis' clock in milliseconds (`real`), and the lane's (`now`), which is the same unless Redis' was set back. The lane's never goes backwards: then
-- it goes on from where it stood, at PACE, until Redis' has caught up (ADR 19). Slower, because whatever waits too long does no harm: no lease lapses
-- before its holder knows, and no rate is exceeded. 'slew' is where that slower clock stood when Redis' was 0.
local PACE = 0.9
local real, now, NOW, slew

-- What the lane's clock shows at a moment of the world's, of now or later; rounded as `now` is.
local function clock_at(moment) return slew and math.max(moment, math.floor(slew + PACE * moment)) or moment end

local function begin(lane)
  call, LANE, P = redis.call, lane, string.sub(lane, 1, -5)
  -- Two keys that never exist. While the lane's slot moves between nodes of a cluster this is an error, on either side and before anything
  -- was written: a call that went on would miss keys that have moved, and keep its first writes.
  call('EXISTS', P .. 'never', P .. 'ever')
  L, changed_lane, states_moved = {}, {}, {}
  local values = call('HMGET', LANE, unpack(FIELDS))
  for i, name in ipairs(FIELDS) do L[name] = tonumber(values[i] or '0') end
  local time = call('TIME')
  real = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  now, slew = real, nil
  if real < L.clock then
    slew = tonumber(call('HGET', LANE, 'slew') or '0')
    -- Set back since the last call. What is left of an earlier time is always behind the clock.
    if slew + PACE * real < L.clock then
      slew = L.clock - PACE * real
      L.slew, changed_lane.slew = slew, true
    end
    now = math.max(L.clock, clock_at(real))
  end
  set_lane('clock', now)
  NOW = whole(now)
  for _, one in ipairs(beginnings) do one() end
end
