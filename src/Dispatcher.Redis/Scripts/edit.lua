-- Changes the recipient's name until delivery begins. The body stays as it came; the name lies over it.
-- ARGV: key, name. Returns edited, late or none.
local record = read(ARGV[1])
if not record then return 'none' end
if not edit(record, ARGV[2]) then return 'late' end
finish_call()
return 'edited'
