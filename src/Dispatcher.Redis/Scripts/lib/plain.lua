-- Most invitations go one way: claimed, started, delivered, at their first attempt and with nothing noted of them, for a tenant without limits,
-- to no destination group. Their starts and outcomes are put together here as text, for half of what it costs to take a record apart. It is what
-- kinds.start and kinds.done do with such a record (PlainStepTests holds the two against each other); whatever is not so is left to those.
local PLAIN_BYTES = TRAIL_BYTES - 256 -- a longer trail may lose lines (packed_of)
local plain_owners, last_owner

-- `plain`: from which state this step may be a plain one.
function can_be_plain.start(step)
  if step[1] ~= '0' or step[2] ~= '0' or step[5] ~= '' or step[6] ~= '' then return end
  step.plain, step.head, step.line = 'claimed', 'sending\t' .. worker .. '\t1\t' .. step[3] .. '\t\t\t', line('sending', worker)
end
function can_be_plain.done(step)
  if step[1] ~= '1' or step[3] ~= '' then return end
  step.plain, step.line, step.told, step.heads = 'sending', NOW .. '\t' .. step[2] .. '\t' .. worker .. '\t', step[2] .. '\t1\t' .. worker .. '\t', {}
end

-- Whether a record with this head may be.
local function is_plain(head, from)
  return head.s == from and head.x == '' and head.a == (from == 'sending' and 1 or 0) and (from == 'sending' or head.w == worker)
end

-- What is said of all records of a tenant alike, by the first of them; nil: it has limits, or this one goes to a group.
local function plain_owner(rest)
  if last_owner and find(rest, last_owner.text, 1, true) == 1 then return last_owner end
  local t = match(rest, '^([^\t]*)\t\t')
  if not t or bounded(t) then return nil end
  last_owner = plain_owners[t]
  if not last_owner then
    last_owner = { text = t .. '\t\t', suppressed = suppressed_key(t, ''), starts = 0, ends = {},
      started = '\t' .. t .. '\tqueued\tsending\t1\t' .. worker .. '\t\n', ended = '\t' .. t .. '\tsending\t' }
    last_owner.recipient, plain_owners[t] = #last_owner.text + 1, last_owner
  end
  return last_owner
end

local function start_plainly(key, name, step, rest, owner)
  write_state(name, step.head .. rest .. step.line)
  local n = pieces_told
  lines_told, pieces_told, events[n + 1], events[n + 2] = lines_told + 1, n + 2, key, owner.started
  owner.starts = owner.starts + 1
end

local function end_plainly(key, name, step, rest, owner, head, said)
  local status, heads = step[2], step.heads
  local final = heads[head]
  if not final then
    final = 'final\t' .. head.w .. '\t1\t' .. head.due .. '\t' .. status .. '\t\t'
    heads[head] = final
  end
  if said == '' then said = NOTHING_SAID end
  write_state(name, final .. rest .. step.line .. said .. '\n')
  local n = pieces_told
  lines_told, pieces_told, events[n + 1], events[n + 2] = lines_told + 1, n + 5, key, owner.ended
  events[n + 3], events[n + 4], events[n + 5] = step.told, sub(said, 1, find(said, '\t', 1, true) - 1), '\n'
  owner.ends[status] = (owner.ends[status] or 0) + 1
  ended[#ended + 1] = key
  let_go_of(key, head.w)
end

-- What they add up to.
local function count_plain()
  local starts, ends = 0, 0
  for t, one in pairs(plain_owners) do
    local sums, ended_of = tenant(t).sums, 0
    for status, by in pairs(one.ends) do
      sums[status] = (sums[status] or 0) + by
      ended_of = ended_of + by
    end
    sums.queued, sums.claimed = (sums.queued or 0) - one.starts, (sums.claimed or 0) - one.starts
    sums.sending = (sums.sending or 0) + one.starts - ended_of
    starts, ends = starts + one.starts, ends + ended_of
  end
  states_moved.claimed = (states_moved.claimed or 0) - starts
  states_moved.sending = (states_moved.sending or 0) + starts - ends
end
at_begin(function() plain_owners, last_owner = {}, nil end)
