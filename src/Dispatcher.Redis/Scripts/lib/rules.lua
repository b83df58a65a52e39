-- Cancels and edits by filter. A rule is in force from the moment it is stored: 'rules' holds it as JSON by id, 'rule:<id>' its progress,
-- 'seen:<id>' what it has counted and can't be told by its state. It concerns what was accepted before it.
local RULE_KEEPS = 3600000
local rules
at_begin(function() rules = nil end)

local function progress_of(id) return P .. 'rule:' .. id end

-- True the first time this rule meets the record.
local function first_met(id, key)
  local seen = P .. 'seen:' .. id
  if call('SADD', seen, key) == 0 then return false end
  call('PEXPIRE', seen, RULE_KEEPS)
  return true
end

-- Created at; type, template, domain; where the tags begin.
local FILTERED = '^[^\t]*\t[^\t]*\t([^\t]*)\t[^\t]*\t[^\t]*\t([^\t]*)\t([^\t]*)\t([^\t]*)\t()'
local function matches(rule, record)
  if rule.tenant and rule.tenant ~= record.t then return false end
  if L.seq > rule.seq and sequence_of(record) > rule.seq then return false end
  if not rule.deep then return true end
  local created, kind, template, domain, tags = string.match(identity_of(record), FILTERED)
  if rule.type and rule.type ~= kind then return false end
  if rule.template and rule.template ~= template then return false end
  if rule.domain and rule.domain ~= domain then return false end
  if rule.tag then
    local own = string.sub(record.i, tags, (string.find(record.i, '\0', tags, true) or 0) - 1)
    if not string.find('\n' .. own, '\n' .. rule.tag .. '\n', 1, true) then return false end
  end
  if not rule.from and not rule.before then return true end
  local at = created ~= '' and tonumber(created) or stored_at(record)
  return (not rule.from or at >= rule.from) and (not rule.before or at < rule.before)
end

-- `deep`: it asks for more than the state tells.
local function rule_of(id, stored)
  local rule = cjson.decode(stored)
  rule.key = id
  rule.deep = rule.type or rule.template or rule.domain or rule.tag or rule.from or rule.before
  return rule
end

-- Not by the name: two edits of the same invitation would undo each other at every start.
local function met(rule, record) return call('SISMEMBER', P .. 'seen:' .. rule.key, record.key) == 1 end

-- The rule in force for a record that is about to start; nil: none.
local function ruled(record)
  if not rules then
    rules = {}
    local all = call('HGETALL', P .. 'rules')
    for i = 1, #all, 2 do
      local rule = rule_of(all[i], all[i + 1])
      -- A cancel decides, whatever else is edited.
      table.insert(rules, rule.action == 'cancel' and 1 or #rules + 1, rule)
    end
  end
  for _, rule in ipairs(rules) do
    if matches(rule, record) and (rule.action == 'cancel' or not met(rule, record)) then return rule end
  end
end

-- Ends what can still be cancelled.
local function cancel(record, by) return finish(record, 'cancel', 'cancelled', by, nil, nil) end

local function edit(record, name)
  if not T.cancel.from[record.s] then return false end
  note(record, 'nm', (string.gsub(string.gsub(name, '%c', ' '), ';', '\1')))
  note(record, 'rev', (record.rev or 0) + 1)
  return true
end

local function count(rule, done, many)
  local tally = rule.tally
  if not tally then
    tally = { done = 0, late = 0 }
    rule.tally = tally
    tallies[progress_of(rule.key)] = tally
  end
  local what = done and 'done' or 'late'
  tally[what] = tally[what] + (many or 1)
  return tally
end

-- It was too late when the walk met it, on the wire; it came back, and is cancelled after all.
local function was_late(rule, record)
  if rule.late == nil then rule.late = call('EXISTS', P .. 'seen:' .. rule.key) == 1 end
  return rule.late and call('SREM', P .. 'seen:' .. rule.key, record.key) == 1
end

-- Does what a rule says; false: too late.
local function obey(record, rule)
  if rule.action == 'cancel' then
    if cancel(record, rule.by) then
      local tally = count(rule, true)
      if was_late(rule, record) then tally.late = tally.late - 1 end
      return true
    end
    if first_met(rule.key, record.key) then
      rule.late = true
      count(rule, false)
    end
    return false
  end
  if met(rule, record) then return false end
  local done = edit(record, rule.name)
  if first_met(rule.key, record.key) then count(rule, done) end
  return done
end
