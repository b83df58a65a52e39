-- The steps of claimed and sending invitations: starts and outcomes, in one call a tick. See lib/steps.lua.
-- ARGV: worker; then a step each, by tabs: kind, key, and what the function of that name below takes.
-- Returns an answer per step: 'ok' | 'gone' (not ours any more) | 'stale' (that attempt's outcome is known) |
--   'changed' (start, unstart, drop, hold, wait: decide again on these facts), by tabs: revision, suppressed reason, months, marks, 'edited' or
--   nothing, name.
worker = ARGV[1]

-- 1. What is asked for, and what must be known for it.
local kind_of, keys, rest_of, asked, recipients = {}, {}, {}, {}, {}
for n = 1, #ARGV - 1 do kind_of[n], keys[n], rest_of[n] = match(ARGV[n + 1], STEP) end
read_all(keys)
for n = 1, #keys do
  local record = records[keys[n]]
  if record and record.s == 'claimed' and record.rh ~= '' then
    asked[#asked + 1], recipients[#recipients + 1] = record, suppressed_key(record.t, record.rh)
  end
end
if recipients[1] then
  -- `suppressed`: why its recipient must not be written to, or false.
  for n, reason in ipairs(call('MGET', unpack(recipients))) do asked[n].suppressed = reason end
end

-- 2. One after the other.
local answers, strangers = {}, {}
for n = 1, #keys do
  local kind, record = kind_of[n], records[keys[n]]
  local answer = record and kinds[kind](record, match(ARGV[n + 1], TAKES[kind], rest_of[n])) or GONE
  if (answer == GONE or answer == STALE) and not (record and record.w == worker and (record.s == 'claimed' or record.s == 'sending')) then
    strangers[#strangers + 1] = keys[n]
  end
  answers[n] = answer
end
if strangers[1] then call('SREM', P .. 'held:' .. worker, unpack(strangers)) end
finish_call()
return answers
