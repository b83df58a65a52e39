-- Puts what was set aside ('internal-error') back into its queue, because somebody says so: at the tail, with its attempts, and as if none of
-- its holders had crashed. What an unknown attempt became still counts if it turns up.
-- ARGV: by, ms for which a reference is remembered; then record keys. Returns a word each: released, other (not set aside), none.
local by, memory, keys, answers = ARGV[1], ARGV[2], {}, {}
for i = 3, #ARGV do keys[#keys + 1] = ARGV[i] end
read_all(keys)
for n, key in ipairs(keys) do
  local record = read(key)
  if not record then
    answers[n] = 'none'
  elseif record.s ~= 'final' or record.st ~= 'internal-error' then
    answers[n] = 'other'
  else
    note(record, 'cr', nil)
    note(record, 'cx', nil)
    -- Nothing of it was sent, so its reference was given back: it is reserved again at the start, if nobody else has it by then.
    if record.a == 0 and reference_of(record) ~= '' then note(record, 'rf', memory) end
    move(record, 'release', by, nil, nil, '')
    record.due = NOW -- it does not stand in the order of arrival
    enqueue(record, false)
    answers[n] = 'released'
  end
end
finish_call()
return answers
