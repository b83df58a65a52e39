-- Cancels what is not on the wire. Entries of a queue's list are left there and passed over by the claim.
-- ARGV: by, final retention ms, id retention ms; then record keys. Returns a word each: cancelled, late, none.
local by, retention = ARGV[1], { final = ARGV[2], id = ARGV[3] }
local answers = {}
for i = 4, #ARGV do
  local record = read(ARGV[i])
  if not record then
    answers[#answers + 1] = 'none'
  elseif record.s == 'final' and record.st == 'cancelled' then
    answers[#answers + 1] = 'cancelled' -- by an earlier call: asking twice is no mistake
  elseif finish(record, 'cancel', 'cancelled', by, nil, { 'd', '' }, retention) then
    -- Whoever held it is told so when it asks to start.
    if record.a == 0 and record.q then redis.call('HINCRBY', P .. 'm:' .. record.t, record.q, -1) end
    answers[#answers + 1] = 'cancelled'
  else
    answers[#answers + 1] = 'late'
  end
end
finish_call()
return answers
