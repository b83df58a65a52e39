-- The steps of claimed and sending invitations: starts and outcomes, in one call a tick. See lib/steps.lua and lib/plain.lua.
-- ARGV: worker; whether a record comes twice ('1': then nothing is done ahead of its turn); then the steps, those together that ask for the same: what
--   (kind, and by tabs what the function of that name takes), how many, their keys, and with the kinds that have it (SAYS) of each what is to be read
--   of it: reply, detail, taken by, by tabs (empty: nothing).
-- Returns, of the steps that were not just done, the number (the first is 1) and the answer in turn: 'gone' (not ours any more) | 'stale' (that
--   attempt's outcome is known) | 'changed' (start, unstart, drop, hold, wait: decide again on these facts), by tabs: revision, suppressed reason,
--   months, marks, 'edited' or nothing, name.
worker = ARGV[1]
local plainly = ARGV[2] ~= '1' and L.paused == 0 and L.rules == 0

-- 1. What is asked for. The key of step n is ARGV[n + keys_at], and what is to be read of it ARGV[n + says_at].
local asked, names, count, at = {}, {}, 0, 3
while ARGV[at] do
  local step, many, keys_at = step_of(ARGV[at]), tonumber(ARGV[at + 1]), at + 1 - count
  local says = SAYS[step.kind]
  asked[#asked + 1] = { step = step, first = count + 1, last = count + many, keys_at = keys_at, says_at = says and keys_at + many }
  for n = count + 1, count + many do names[n] = STATE_KEY .. ARGV[n + keys_at] end
  count, at = count + many, at + 2 + (says and 2 * many or many)
end

-- 2. Plain outcomes at once; what is claimed when it is known why its recipient must not be written to.
local states, done, suppressed = count > 0 and call('MGET', unpack(names)), {}, {}
for _, group in ipairs(asked) do
  local step, keys_at, says_at = group.step, group.keys_at, group.says_at
  local plain, fits = plainly and step.plain, nil -- `fits`: the head seen last that may have a plain step
  local waiting, numbers, recipients, rests, flows = 0, {}, {}, {}, {}
  for n = group.first, group.last do
    local state, said, rest, flow = states[n], says_at and ARGV[n + says_at] or '', nil, nil
    if plain and state and #state + #said < PLAIN_BYTES then
      local head = head_of(state)
      if head and (head == fits or is_plain(head, step)) then
        fits, rest = head, sub(state, head.length + 1)
        flow = flow_in(rest)
      end
    end
    if flow and plain == 'sending' then
      end_plainly(ARGV[n + keys_at], names[n], step, rest, flow, fits, said)
      done[n] = true
    elseif flow and may_start(flow) then
      waiting = waiting + 1
      numbers[waiting], rests[waiting], flows[waiting] = n, rest, flow
      recipients[waiting] = flow.suppressed .. sub(rest, flow.recipient, flow.recipient + KEY_LENGTH - 1)
    elseif state then
      local key = ARGV[n + keys_at]
      local record = records[key] or record_of(key, names[n], state)
      if record and record.s == 'claimed' and record.rh ~= '' then
        waiting = waiting + 1
        numbers[waiting], recipients[waiting] = n, suppressed_key(record.t, record.rh)
      end
    end
  end
  local reasons = waiting > 0 and call('MGET', unpack(recipients))
  for i = 1, waiting do
    local n, flow = numbers[i], flows[i]
    if reasons[i] then
      suppressed[n] = reasons[i]
    elseif flow and may_pay(flow, step) then
      start_plainly(ARGV[n + keys_at], names[n], step, rests[i], flow)
      done[n] = true
    end
  end
end
count_plain()

-- 3. The others, one after the other.
local answers, strangers = {}, {}
for _, group in ipairs(asked) do
  for n = group.first, group.last do
    if not done[n] then
      local key = ARGV[n + group.keys_at]
      local record = records[key] or states[n] and record_of(key, names[n], states[n])
      if record then record.suppressed = suppressed[n] end
      local answer = record and take_step(record, group.step, group.says_at and ARGV[n + group.says_at] or '') or GONE
      if (answer == GONE or answer == STALE) and not (record and record.w == worker and (record.s == 'claimed' or record.s == 'sending')) then
        strangers[#strangers + 1] = key
      end
      if answer ~= OK then answers[#answers + 1], answers[#answers + 2] = n, answer end
    end
  end
end
if strangers[1] then call('SREM', P .. 'held:' .. worker, unpack(strangers)) end
finish_call()
return answers
