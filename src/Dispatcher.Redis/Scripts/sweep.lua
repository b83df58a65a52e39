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

local page = call('SCAN', cursor, 'MATCH', P .. 'state:*', 'COUNT', most)
local keys, prefix = {}, #P + 7
for n, name in ipairs(page[2]) do keys[n] = string.sub(name, prefix) end
read_all(keys, page[2])
local open = {}
for _, key in ipairs(keys) do
  local record = records[key]
  if record and shown(record) ~= 'cancelled' and (not rule.tenant or rule.tenant == record.t) then open[#open + 1] = record end
end
if rule.deep then read_identities(open) end
for _, record in ipairs(open) do
  if matches(rule, record) then obey(record, rule) end
end
call('HINCRBY', progress, 'looked', #keys)
call('HSET', progress, 'cursor', page[1], 'server', server)
finish_call()
if page[1] ~= '0' then return answer('going') end
call('HDEL', P .. 'rules', id)
call('DEL', P .. 'seen:' .. id)
call('PEXPIRE', progress, RULE_KEEPS)
call('HSET', LANE, 'rules', call('HLEN', P .. 'rules'))
return answer('done')
