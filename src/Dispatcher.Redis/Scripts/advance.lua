-- The steps of claimed and sending invitations: starts and outcomes, in one call a tick. See lib/steps.lua and lib/plain.lua.
-- ARGV: worker; then the steps, those together that ask for the same: what (kind, and by tabs what the function of that name takes), how many, their
--   keys, and with the kinds that have it (SAYS) of each what is to be read of it: reply, detail, taken by, by tabs (empty: nothing).
-- Returns an answer per step: 'ok' | 'gone' (not ours any more) | 'stale' (that attempt's outcome is known) |
--   'changed' (start, unstart, drop, hold, wait: decide again on these facts), by tabs: revision, suppressed reason, months, marks, 'edited' or
--   nothing, name.
worker = ARGV[1]
local plainly = L.paused == 0 and L.rules == 0

-- 1. What is asked for.
local steps, says, keys, names, seen, count, at = {}, {}, {}, {}, {}, 0, 2
while ARGV[at] do
  local step, many = step_of(ARGV[at]), tonumber(ARGV[at + 1])
  for n = count + 1, count + many do
    local key = ARGV[at + 1 + n - count]
    keys[n], names[n], steps[n] = key, STATE_KEY .. key, step
    -- The second step of one must find what the first one did.
    if seen[key] then plainly = false end
    seen[key] = true
  end
  at = at + 2 + many
  if SAYS[step.kind] then
    for n = 1, many do says[count + n] = ARGV[at + n - 1] end
    at = at + many
  end
  count = count + many
end

-- 2. Plain outcomes at once; what is claimed when it is known why its recipient must not be written to.
local states, answers, asked, recipients, rests, flows = count > 0 and call('MGET', unpack(names)), {}, {}, {}, {}, {}
for n = 1, count do
  local state, step, said = states[n], steps[n], says[n] or ''
  local head, rest, flow = plainly and state and step.plain and head_of(state), nil, nil
  if head and is_plain(head, step) and #state + #said < PLAIN_BYTES then
    rest = sub(state, head.length + 1)
    flow = flow_in(rest)
  end
  if flow and head.s == 'sending' then
    end_plainly(keys[n], names[n], step, rest, flow, head, said)
    answers[n] = OK
  elseif flow and flow.may_start then
    local i = #asked + 1
    asked[i], rests[i], flows[i], recipients[i] = n, rest, flow, flow.suppressed .. sub(rest, flow.recipient, flow.recipient + KEY_LENGTH - 1)
  elseif state then
    local record = records[keys[n]] or record_of(keys[n], names[n], state)
    if record.s == 'claimed' and record.rh ~= '' then
      local i = #asked + 1
      asked[i], recipients[i] = n, suppressed_key(record.t, record.rh)
    end
  end
end
local reasons, suppressed = asked[1] and call('MGET', unpack(recipients)), {}
for i = 1, #asked do
  local n, flow = asked[i], flows[i]
  if reasons[i] then
    suppressed[n] = reasons[i]
  elseif flow and may_pay(flow, steps[n]) then
    start_plainly(keys[n], names[n], steps[n], rests[i], flow)
    answers[n] = OK
  end
end
count_plain()

-- 3. The others, one after the other.
local strangers = {}
for n = 1, count do
  if not answers[n] then
    local key = keys[n]
    local record = records[key] or states[n] and record_of(key, names[n], states[n])
    if record then record.suppressed = suppressed[n] end
    local answer = record and take_step(record, steps[n], says[n] or '') or GONE
    if (answer == GONE or answer == STALE) and not (record and record.w == worker and (record.s == 'claimed' or record.s == 'sending')) then
      strangers[#strangers + 1] = key
    end
    answers[n] = answer
  end
end
if strangers[1] then call('SREM', P .. 'held:' .. worker, unpack(strangers)) end
finish_call()
return answers
