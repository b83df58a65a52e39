-- Cancels and edits by filter. A rule is in force from the moment it is stored: 'rules' holds it as JSON by id, 'rule:<id>' its progress,
-- 'seen:<id>' what it has counted and can't be told by its state. It concerns what was accepted before it.
local RULE_KEEPS = 3600000
local rules

local function progress_of(id) return P .. 'rule:' .. id end

-- True the first time this rule meets the record.
local function first_met(id, key)
  local seen = P .. 'seen:' .. id
  if call('SADD', seen, key) == 0 then return false end
  call('PEXPIRE', seen, RULE_KEEPS)
  return true
end

-- Sequence number, stored at, created at; type, template, domain; where the tags begin.
local FILTERED = '^' .. string.rep('[^\t]*\t', 5) .. string.rep('([^\t]*)\t', 3) .. '[^\t]*\t' .. string.rep('([^\t]*)\t', 3) .. '()'
local function matches(rule, record)
  if rule.tenant and rule.tenant ~= record.t then return false end
  local seq, stored, created, kind, template, domain, tags = string.match(record.i, FILTERED)
  if tonumber(seq) > rule.seq then return false end
  if rule.type and rule.type ~= kind then return false end
  if rule.template and rule.template ~= template then return false end
  if rule.domain and rule.domain ~= domain then return false end
  if rule.tag and not string.find('\n' .. string.sub(record.i, tags), '\n' .. rule.tag .. '\n', 1, true) then return false end
  local at = tonumber(created ~= '' and created or stored)
  return (not rule.from or at >= rule.from) and (not rule.before or at < rule.before)
end

-- Not by the name: two edits of the same invitation would undo each other at every start.
local function met(rule, record) return call('SISMEMBER', P .. 'seen:' .. rule.key, record.key) == 1 end

-- The rule in force for a record that is about to start; nil: none.
local function ruled(record)
  if not rules then
    rules = {}
    local all = call('HGETALL', P .. 'rules')
    for i = 1, #all, 2 do
      local rule = cjson.decode(all[i + 1])
      rule.key = all[i]
      -- A cancel decides, whatever else is edited.
      table.insert(rules, rule.action == 'cancel' and 1 or #rules + 1, rule)
    end
  end
  for _, rule in ipairs(rules) do
    if matches(rule, record) and (rule.action == 'cancel' or not met(rule, record)) then return rule end
  end
end

-- Ends what can still be cancelled; what it had reserved and not used goes back.
local function cancel(record, by, retention)
  if not finish(record, 'cancel', 'cancelled', by, nil, nil, retention) then return false end
  if record.a == 0 and record.q then use(tenant(record.t), record.q, -1) end
  return true
end

local function edit(record, name)
  if not T.cancel.from[record.s] then return false end
  call('HSET', record.rk, 'nm', name)
  note(record, 'nm', 1)
  note(record, 'rev', (record.rev or 0) + 1)
  return true
end

-- Does what a rule says; false: too late.
local function obey(record, rule, retention)
  if rule.action ~= 'cancel' and met(rule, record) then return false end
  local done
  if rule.action == 'cancel' then
    done = cancel(record, rule.by, retention)
  else
    done = edit(record, rule.name)
  end
  -- It was too late when the walk met it, on the wire; it came back, and is cancelled after all.
  if rule.action == 'cancel' and done and call('SREM', P .. 'seen:' .. rule.key, record.key) == 1 then
    call('HINCRBY', progress_of(rule.key), 'late', -1)
  end
  if rule.action == 'cancel' and done or first_met(rule.key, record.key) then
    call('HINCRBY', progress_of(rule.key), done and 'done' or 'late', 1)
  end
  return done
end
