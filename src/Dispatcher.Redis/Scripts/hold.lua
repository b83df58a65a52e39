-- A worker shows that it still has entries of the door in hand, so that nobody takes them over. What another one took over meanwhile is let alone.
-- KEYS[1] is 'dispatch:intake'. ARGV: group, consumer; then ids, 500 at most. Returns those that are still its own: all, if Redis has lost the group.
local own = {}
for i = 3, #ARGV do
  local id = ARGV[i]
  local pending = redis.pcall('XPENDING', KEYS[1], ARGV[1], id, id, 1, ARGV[2])
  if pending.err then return { unpack(ARGV, 3) } end
  if pending[1] then own[#own + 1] = id end
end
if not own[1] then return {} end
own[#own + 1] = 'JUSTID'
return redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, unpack(own))
