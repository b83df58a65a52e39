-- Begins a cancel or an edit by filter, and carries it through a lane in small steps; anyone may make the next step.
-- ARGV: rule id (empty: any that is in force), keys to look at; to begin also: the rule as JSON
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
  call('HSET', progress, 'cursor', '0', 'since', NOW)
  set_lane('rules', call('HLEN', P .. 'rules'))
  finish_call()
  return answer('going')
end
if spec then return answer('going') end

-- A cursor means something to the server that gave it alone: after a failover or a move the walk begins anew.
local server = string.match(call('INFO', 'server'), 'run_id:(%w+)') or ''
local at = call('HMGET', progress, 'cursor', 'server')
local cursor = (at[2] == server or not at[2]) and at[1] or '0'
local rule = rule_of(id, stored)

-- Most of those that a cancel meets are as they came: queued, and nothing is noted of them. They are ended here all at once. It is what
-- finish() in lib/records.lua does with such a record.
local AS_IT_CAME, CANCELLED = 'queued\t\t0\t\t\t\t', 'final\t\t0\t\tcancelled\t\t'
local function end_all(fresh, by)
  local said = line('cancelled', by)
  for _, one in ipairs(fresh) do
    write_state(one.name, CANCELLED .. one.rest .. said)
    local sums = tenant(one.t).sums
    sums.queued, sums.cancelled = (sums.queued or 0) - 1, (sums.cancelled or 0) + 1
    event(one, 'queued', 'cancelled', by)
    ended[#ended + 1], freed[#freed + 1] = one.key, one
  end
  if not fresh[1] then return end
  states_moved.queued = (states_moved.queued or 0) - #fresh
  count(rule, true, #fresh)
end

local page = call('SCAN', cursor, 'MATCH', P .. 'state:*', 'COUNT', most)
local names, prefix, looked_at, open = page[2], #P + 7, #page[2], {}
for n, packed in ipairs(looked_at > 0 and call('MGET', unpack(names)) or {}) do
  local key = string.sub(names[n], prefix)
  if packed and rule.action == 'cancel' and string.find(packed, AS_IT_CAME, 1, true) == 1 then
    local rest = string.sub(packed, #AS_IT_CAME + 1)
    local t = string.match(rest, '^[^\t]*')
    if not rule.tenant or rule.tenant == t then
      -- Its tenant's rules may have reserved more for it than its reference: then as any other.
      open[#open + 1] = bounded(t) and record_of(key, names[n], packed) or { key = key, name = names[n], at = '0', t = t, rest = rest, fresh = true }
    end
  elseif packed then
    local record = record_of(key, names[n], packed)
    if shown(record) ~= 'cancelled' and (not rule.tenant or rule.tenant == record.t) then open[#open + 1] = record end
  end
end
if rule.deep then read_identities(open) end
local fresh = {}
for _, record in ipairs(open) do
  if matches(rule, record) then
    if record.fresh then fresh[#fresh + 1] = record else obey(record, rule) end
  end
end
end_all(fresh, rule.by)
call('HINCRBY', progress, 'looked', looked_at)
call('HSET', progress, 'cursor', page[1], 'server', server)
finish_call()
if page[1] ~= '0' then return answer('going') end
call('HDEL', P .. 'rules', id)
call('DEL', P .. 'seen:' .. id)
call('PEXPIRE', progress, RULE_KEEPS)
call('HSET', LANE, 'rules', call('HLEN', P .. 'rules'))
return answer('done')
