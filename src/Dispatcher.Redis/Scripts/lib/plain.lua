-- Most invitations go one way: claimed, started, delivered, at their first attempt and with nothing noted of them that matters. Their starts and
-- outcomes are put together here as text, for half of what it costs to take a record apart. It is what kinds.start and kinds.done do with such a
-- record (PlainStepTests holds the two against each other); whatever is not so is left to those.
local PLAIN_BYTES = TRAIL_BYTES - 256 -- a longer trail may lose lines (packed_of)
local plain_flows, last_flow, spent_by -- `spent_by`: what each tenant has used of a month, with the starts of this call
local reply_lines -- by what is said of an outcome: the rest of a line for 'events'

-- `plain`: from which state this step may be a plain one.
function can_be_plain.start(step)
  local attempt, revision, delay, month, limit, guards = unpack(step)
  if attempt ~= '0' or revision ~= '0' or guards ~= '' then return end
  step.plain, step.line, step.lines = 'claimed', line('sending', worker), lines_about('queued\tsending\t1\t' .. worker)
  step.month, step.limit = limit ~= '' and month, tonumber(limit)
  step.head = 'sending\t' .. worker .. '\t1\t' .. delay .. '\t\t' .. (step.month and 'q=' .. month .. ';' or '') .. '\t'
end
function can_be_plain.done(step)
  local attempt, status, hard, uncounted = unpack(step)
  if hard ~= '' or uncounted ~= '' then return end
  step.plain, step.line, step.ends = 'sending', NOW .. '\t' .. status .. '\t' .. worker .. '\t', {}
  step.lines = lines_about('sending\t' .. status .. '\t' .. attempt .. '\t' .. worker)
end

-- Whether a record with this head may have such a step.
local function is_plain(head, step)
  if step.plain ~= head.s then return false end
  if head.s == 'claimed' then return head.w == worker and head.a == 0 and head.x == '' end
  return head.at == step[1] and not (head.notes and head.notes.un)
end

-- What is said of all records of a flow alike, by the first of them; nil: no record that can be read.
local function flow_in(rest)
  if last_flow and find(rest, last_flow.text, 1, true) == 1 then return last_flow end
  local t, g = match(rest, '^([^\t/]+)\t([^\t/]*)\t')
  if not t then return nil end
  local text = t .. '\t' .. g .. '\t'
  last_flow = plain_flows[text]
  if last_flow then return last_flow end
  last_flow = { text = text, t = t, owner = tenant(t), group = g ~= '' and group(g) or nil, starts = 0, ends = {} }
  plain_flows[text] = last_flow
  return last_flow
end

-- Whether it is open for starts.
local function may_start(flow)
  if flow.open == nil then
    local t, owner, to = flow.t, flow.owner, flow.group
    flow.open = not (bounded(t) and (owner.paused > 0 or owner.reviewed > now)) and not (to and to.paused > 0)
    flow.recipient, flow.suppressed = #flow.text + 1, suppressed_key(t, '')
  end
  return flow.open
end

-- Whether one more is within its tenant's month.
local function may_pay(flow, step)
  local month = step.month
  if not month then return true end
  local spent = spent_by[flow.t] or {}
  spent_by[flow.t], flow.spent = spent, spent
  spent[month] = spent[month] or used(flow.owner, month)
  return spent[month] < step.limit
end

local function start_plainly(key, name, step, rest, flow)
  write_state(name, step.head .. rest .. step.line)
  tell(step.lines, flow.t, key, '\n')
  flow.starts = flow.starts + 1
  if step.month then flow.spent[step.month] = flow.spent[step.month] + 1 end
end

local function reply_line(said)
  local rest = reply_lines[said]
  if not rest then
    rest = rest_with(sub(said, 1, find(said, '\t', 1, true) - 1))
    reply_lines[said] = rest
  end
  return rest
end

local function end_plainly(key, name, step, rest, flow, head, said)
  local final = step.ends[head]
  if not final then
    final = 'final\t' .. head.w .. '\t' .. head.at .. '\t' .. head.due .. '\t' .. step[2] .. '\t' .. head.x .. '\t'
    step.ends[head] = final
  end
  if said == '' then said = NOTHING_SAID end
  write_state(name, final .. rest .. step.line .. said .. '\n')
  flow.ends[step] = (flow.ends[step] or 0) + 1
  tell(step.lines, flow.t, key, reply_line(said))
  has_ended(key)
  let_go_of(key, head.w)
end

-- What they add up to.
local function count_plain()
  local starts, ends = 0, 0
  for _, flow in pairs(plain_flows) do
    local sums, begun, over = flow.owner.sums, flow.starts, 0
    for step, many in pairs(flow.ends) do
      local status = step[2]
      sums[status] = (sums[status] or 0) + many
      over = over + many
    end
    sums.queued, sums.claimed, sums.sending = (sums.queued or 0) - begun, (sums.claimed or 0) - begun, (sums.sending or 0) + begun - over
    if flow.group then
      local held = flow.group.sums
      held.claimed, held.sending = (held.claimed or 0) - begun, (held.sending or 0) + begun - over
    end
    starts, ends = starts + begun, ends + over
  end
  for t, months in pairs(spent_by) do
    for month, spent in pairs(months) do
      local by = spent - used(tenant(t), month)
      if by > 0 then use(tenant(t), month, by) end
    end
  end
  states_moved.claimed = (states_moved.claimed or 0) - starts
  states_moved.sending = (states_moved.sending or 0) + starts - ends
end
at_begin(function() plain_flows, last_flow, spent_by, reply_lines = {}, nil, {}, {} end)
