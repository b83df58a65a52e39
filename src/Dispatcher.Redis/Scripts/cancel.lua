-- Cancels what is not on the wire; what is there is 'late', and not tried again if it comes back. Entries of a queue's list are left there and
-- passed over by the claim; whoever holds one is told so when it asks to start.
-- ARGV: by; then record keys. Returns a word each: cancelled, late, none.
local by, keys = ARGV[1], {}
for i = 2, #ARGV do keys[i - 1] = ARGV[i] end
read_all(keys)
local answers = {}
for i = 2, #ARGV do
  local record = read(ARGV[i])
  if not record then
    answers[#answers + 1] = 'none'
  elseif shown(record) == 'cancelled' then
    answers[#answers + 1] = 'cancelled' -- by an earlier call: asking twice is no mistake
  else
    answers[#answers + 1] = cancel(record, by) and 'cancelled' or 'late'
  end
end
finish_call()
return answers
