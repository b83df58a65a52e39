-- Begins a cancel or an edit by filter, and carries it through a lane in small steps; anyone may make the next step.
-- ARGV: rule id (empty: any that is in force), records to look at; to begin also: the rule as JSON
--   {action, by, name, tenant, type, template, tag, domain, from, before}.
-- Returns {state, id, looked, done, late}; state is going, done, or none (no such rule: it was forgotten an hour after its end).
local id, most, spec = ARGV[1], ARGV[2], ARGV[3]

if id == '' then
  id = call('HKEYS', P .. 'rules')[1]
  if not id then
    if L.rules > 0 then
      set_lane('rules', 0)
      finish_call()
    end
    return { 'none', '', 0, 0, 0 }
  end
end

local progress = progress_of(id)
local function answer(state)
  local values = call('HMGET', progress, 'looked', 'done', 'late')
  return { state, id, tonumber(values[1] or '0'), tonumber(values[2] or '0'), tonumber(values[3] or '0') }
end

local stored = call('HGET', P .. 'rules', id)
if not stored then
  if call('EXISTS', progress) == 1 then return answer('done') end
  if not spec then return { 'none', id, 0, 0, 0 } end
  local rule = cjson.decode(spec)
  rule.seq = L.seq
  call('HSET', P .. 'rules', id, cjson.encode(rule))
  call('HSET', progress, 'next', whole(order.first()), 'since', NOW)
  set_lane('rules', call('HLEN', P .. 'rules'))
  finish_call()
  return answer('going')
end
if spec then return answer('going') end

local rule = rule_of(id, stored)
local function remove_rule()
  call('HDEL', P .. 'rules', id)
  call('PEXPIRE', progress, RULE_KEEPS)
  call('HSET', LANE, 'rules', call('HLEN', P .. 'rules'))
end
if not rule then
  remove_rule()
  return redis.error_reply('cancel or edit by filter ' .. id .. " can't be read, and is in force no more")
end

-- Most of those that a cancel meets are as they came: queued, and nothing is noted of them. They are ended here, all at once. It is what
-- finish() in lib/records.lua does with such a record.
local AS_IT_CAME, CANCELLED, cancels, TAB = 'queued\t\t0\t\t\t\t', 'final\t\t0\t\tcancelled\t\t', rule.action == 'cancel', 9
local said, lines, flows, rests_at = line('cancelled', rule.by), lines_about('queued\tcancelled\t0\t' .. rule.by), {}, #AS_IT_CAME + 1

-- What records of a flow have in common; false: its tenant leaves some time between two, which they may have reserved beside their references, so each
-- is ended by itself.
local spaced = call('HGET', LANE, 'spaced')
local function leaves_time(t) return spaced and tonumber(call('HGET', P .. 't:' .. t, 'frequency') or '0') > 0 end
local function flow_at(rest)
  local first = find(rest, '\t', 1, true)
  local second = first and find(rest, '\t', first + 1, true)
  if not second then return nil end -- damaged
  local text = sub(rest, 1, second)
  local flow = flows[text]
  if flow == nil then
    local t = match(text, '^([^\t/]+)\t[^\t/]*\t$')
    flow = t and not leaves_time(t) and { t = t, recipient = second + 1, ends = 0 } or false
    flows[text] = flow
  end
  return flow
end

local function end_as_it_came(flow, key, name, rest)
  local start = flow.recipient
  local matching, at = concerns(rule, flow.t, rest, string.byte(rest, start) == TAB and start or start + KEY_LENGTH)
  local behind = matching and find(rest, '\t', at, true)
  if not behind then return end
  write_state(name, CANCELLED .. rest .. said)
  tell(lines, flow.t, key, '\n')
  has_ended(key)
  flow.ends = flow.ends + 1
  local reference = sub(rest, at, behind - 1)
  if reference ~= '' then free_reference(reference, key) end
end

local keys, next_one = order.from(tonumber(call('HGET', progress, 'next') or '1'), tonumber(most), rule.seq)
local names, looked_at, met_now = {}, #keys, {}
for n = 1, looked_at do names[n] = state_of(keys[n]) end
local states = looked_at > 0 and call('MGET', unpack(names))
for n = 1, looked_at do
  local packed, key = states[n], keys[n]
  if packed and may_concern(rule, packed) and not met_now[key] then -- one that was forgotten and came again may stand here twice
    met_now[key] = true
    local rest = cancels and find(packed, AS_IT_CAME, 1, true) == 1 and sub(packed, rests_at)
    local flow = rest and flow_at(rest)
    if flow then
      end_as_it_came(flow, key, names[n], rest)
    else
      local record = record_of(key, names[n], packed)
      if record and shown(record) ~= 'cancelled' and matches(rule, record) then obey(record, rule) end
    end
  end
end
local all = 0
for _, flow in pairs(flows) do
  if flow then
    local sums, ends = tenant(flow.t).sums, flow.ends
    sums.queued, sums.cancelled, all = (sums.queued or 0) - ends, (sums.cancelled or 0) + ends, all + ends
  end
end
if all > 0 then
  states_moved.queued = (states_moved.queued or 0) - all
  count(rule, true, all)
end
call('HINCRBY', progress, 'looked', looked_at)
call('HSET', progress, 'next', whole(next_one))
finish_call()
if next_one <= rule.seq then return answer('going') end
remove_rule()
return answer('done')
