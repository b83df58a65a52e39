-- Keeps what the door could not accept, and lets the oldest of it go: what are too many entries, and what are too many bytes. Each entry says how
-- many bytes there ever were, its own among them: how many are kept is then known without reading them all.
-- A call whose reply was lost may be repeated: where its last entry is the newest, all of it is kept already.
-- KEYS[1] is 'dispatch:rejected'. ARGV: most entries, most bytes; then of each that is new: reason, raw, entry. Returns nothing.
local most, most_bytes = tonumber(ARGV[1]), tonumber(ARGV[2])
local OVERHEAD = 128 -- bytes of an entry beside its reason and raw text
local ONE_BY_ONE = 10000 -- entries that may be removed so in a call; more go by whole nodes of the stream, some at a time, or with the next call

-- What the oldest or the newest says; one that was put there by hand says nothing.
local UNKNOWN = -1
local function total_and_entry(command, from, to)
  local kept = redis.call(command, KEYS[1], from, to, 'COUNT', 1)[1]
  if not kept then return 0 end
  local of = {}
  for i = 1, #kept[2], 2 do of[kept[2][i]] = kept[2][i + 1] end
  return of.total and (tonumber(of.total) or 0) or UNKNOWN, of.entry
end

local function first_total() return (total_and_entry('XRANGE', '-', '+')) end

local last_total, last = total_and_entry('XREVRANGE', '+', '-')
if #ARGV > 2 and last == ARGV[#ARGV] then return end
local bytes = math.max(0, last_total, first_total())
for i = 3, #ARGV, 3 do
  bytes = bytes + #ARGV[i] + #ARGV[i + 1] + OVERHEAD
  redis.call('XADD', KEYS[1], '*', 'reason', ARGV[i], 'raw', ARGV[i + 1], 'entry', ARGV[i + 2], 'total', whole(bytes))
end

local length = redis.call('XLEN', KEYS[1])
if length > most then redis.call('XTRIM', KEYS[1], 'MAXLEN', length - most <= ONE_BY_ONE and '=' or '~', most) end

-- By the mean length of an entry, until it is so: the oldest may be shorter than those that came now. The newest stays.
local left = ONE_BY_ONE
repeat
  length = redis.call('XLEN', KEYS[1])
  local first = first_total()
  local kept = bytes - first
  local gone = math.min(left, length - 1, math.ceil(length * (1 - most_bytes / math.max(1, kept))))
  if first == UNKNOWN then gone = math.min(gone, 1) end
  if gone > 0 then redis.call('XTRIM', KEYS[1], 'MAXLEN', length - gone) end
  left = left - gone
until gone <= 0 or left <= 0
