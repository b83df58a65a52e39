-- Changes the recipient's name until delivery begins. The body stays as it came; the name lies over it.
-- ARGV: key, name. Returns edited, late or none.
local record = read(ARGV[1])
if not record then return 'none' end
if not T.cancel.from[record.s] then return 'late' end
redis.call('HSET', P .. 'i:' .. record.key, 'nm', ARGV[2], 'rev', record.rev + 1)
return 'edited'
