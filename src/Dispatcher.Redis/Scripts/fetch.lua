-- Reads entries of the door that a worker has taken over, however large they are: of each as much as anybody looks at, and of all about as much as is
-- asked for. KEYS[1] is 'dispatch:intake'. ARGV: group, consumer, most bytes of an entry, most bytes in all; then ids.
-- Returns at how many ids it looked; then of each that is there and the consumer's: id, its fields, and how many bytes of them were left out.
local most, most_in_all = tonumber(ARGV[3]), tonumber(ARGV[4])

local function beginning(fields)
  for n = 1, #fields, 2 do
    if fields[n] == 'invitation' then fields = { fields[n], fields[n + 1] } break end
  end
  local kept, room, whole_length, left_out = {}, most, 0, 0
  for _, field in ipairs(fields) do
    local part = string.sub(field, 1, room)
    room, whole_length, left_out = room - #part, whole_length + #field, left_out + #field - #part
    if room > 0 or part ~= '' then kept[#kept + 1] = part end
  end
  return kept, left_out, whole_length
end

local reply, bytes, looked = { 0 }, 0, 0
for i = 5, #ARGV do
  if bytes >= most_in_all then break end
  local id = ARGV[i]
  looked = looked + 1
  local own = redis.call('XPENDING', KEYS[1], ARGV[1], id, id, 1, ARGV[2])[1]
  local entry = own and redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, id)[1]
  if entry then
    local kept, left_out, length = beginning(entry[2])
    bytes = bytes + length
    reply[#reply + 1] = { id, kept, left_out }
  end
end
reply[1] = looked
return reply
