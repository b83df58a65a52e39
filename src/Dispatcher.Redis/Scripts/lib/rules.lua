-- Cancels and edits by filter. A rule is in force from the moment it is stored: 'rules' holds it as JSON by id, 'rule:<id>' its progress,
-- 'seen:<id>:<n>' what it has counted and can't be told by its state: a bit each, by sequence number. It concerns what was accepted before it.
local RULE_KEEPS = 3600000
local rules
at_begin(function() rules = nil end)

local function progress_of(id) return P .. 'rule:' .. id end

local function bit_of(rule, record)
  local SPAN, sequence = 32768, sequence_of(record)
  local within = sequence % SPAN
  return P .. 'seen:' .. rule.key .. ':' .. whole((sequence - within) / SPAN), whole(within)
end

-- Not by the name: two edits of the same invitation would undo each other at every start.
local function met(rule, record) return call('GETBIT', bit_of(rule, record)) == 1 end

-- True the first time this rule meets the record.
local function first_met(rule, record)
  local name, bit = bit_of(rule, record)
  if call('SETBIT', name, bit, '1') == 1 then return false end
  if not rule.kept[name] then
    rule.kept[name] = true
    call('PEXPIRE', name, RULE_KEEPS)
  end
  return true
end

-- What it asks for as patterns, for what stands behind the recipient hash: of all records, and where more is asked for of what stands behind
-- the domain: reference, created at, tags. `words`: what a record that it concerns holds somewhere, for a look that costs little.
local rule_of
do
  local function literally(text) return text and string.gsub(text, '%p', '%%%0') or '[^\t]*' end
  local FORMS = { by = 'string', name = 'string', tenant = 'string', type = 'string', template = 'string', domain = 'string', tag = 'string', seq = 'number',
    from = 'number', before = 'number' }
  local function rule_in(stored)
    local is_json, rule = pcall(cjson.decode, stored)
    if not is_json or type(rule) ~= 'table' or not rule.by or not rule.seq then return nil end
    if rule.action ~= 'cancel' and not (rule.action == 'edit' and rule.name) then return nil end
    for field, form in pairs(FORMS) do
      if rule[field] ~= nil and type(rule[field]) ~= form then return nil end
    end
    return rule
  end

  -- nil: it can't be read, for a hand in Redis wrote it. It concerns nobody, and sweep.lua takes it away and says so.
  function rule_of(id, stored)
    local rule = rule_in(stored)
    if not rule then return nil end
    rule.key = id
    rule.pattern = table.concat({ '^\t()%d+\t()%d+', literally(rule.type), literally(rule.template), literally(rule.domain), '' }, '\t')
    rule.more = rule.tag or rule.from or rule.before
    rule.words, rule.kept = {}, {}
    for _, name in ipairs({ 'tenant', 'template', 'domain', 'type' }) do
      if rule[name] then rule.words[#rule.words + 1] = '\t' .. rule[name] .. '\t' end
    end
    if rule.tag then rule.words[#rule.words + 1] = rule.tag .. '\1' end
    return rule
  end
end

-- Whether it may concern a record, as it is stored. Most that a walk meets are others'.
local function may_concern(rule, packed)
  local words = rule.words
  for n = 1, #words do
    if not find(packed, words[n], 1, true) then return false end
  end
  return true
end

-- Whether it concerns a tenant's record, of which `rest` is what never changes, and `at` where the recipient hash ends; and where its reference
-- stands.
local function concerns(rule, t, rest, at)
  if rule.tenant and rule.tenant ~= t then return false end
  local _, last, sequence, stored = find(rest, rule.pattern, at)
  if not last or L.seq > rule.seq and tonumber(match(rest, '^%d+', sequence)) > rule.seq then return false end
  if rule.more then
    local created, tags = match(rest, '^[^\t]*\t(%-?%d*)\t([^\n]*)', last + 1) -- before 1970, too
    if not tags then return false end -- damaged
    if rule.tag and not find('\1' .. tags, '\1' .. rule.tag .. '\1', 1, true) then return false end
    local moment = tonumber(created ~= '' and created or match(rest, '^%d+', stored))
    if rule.from and moment < rule.from or rule.before and moment >= rule.before then return false end
  end
  return true, last + 1
end
local function matches(rule, record) return concerns(rule, record.t, record.rest, behind_recipient(record)) end

-- The rule in force for a record that is about to start; nil: none.
local function ruled(record)
  if not rules then
    rules = {}
    local all = call('HGETALL', P .. 'rules')
    for i = 1, #all, 2 do
      local rule = rule_of(all[i], all[i + 1])
      -- A cancel decides, whatever else is edited.
      if rule then table.insert(rules, rule.action == 'cancel' and 1 or #rules + 1, rule) end
    end
  end
  for _, rule in ipairs(rules) do
    if matches(rule, record) and (rule.action == 'cancel' or not met(rule, record)) then return rule end
  end
end

-- Ends what can still be cancelled; what is on the wire is not tried again.
local function cancel(record, by)
  if record.s == 'sending' and not record.cx then note(record, 'cx', (gsub(by, '[%c;]', ' '))) end
  return finish(record, 'cancel', 'cancelled', by, nil, nil)
end

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
  if rule.late == nil then rule.late = tonumber(call('HGET', progress_of(rule.key), 'late') or '0') > 0 end
  if not rule.late or not met(rule, record) then return false end
  local name, bit = bit_of(rule, record)
  return call('SETBIT', name, bit, '0') == 1
end

-- Does what a rule says; false: too late.
local function obey(record, rule)
  if rule.action == 'cancel' then
    if cancel(record, rule.by) then
      local tally = count(rule, true)
      if was_late(rule, record) then tally.late = tally.late - 1 end
      return true
    end
    if first_met(rule, record) then
      rule.late = true
      count(rule, false)
    end
    return false
  end
  if met(rule, record) then return false end
  local done = edit(record, rule.name)
  if first_met(rule, record) then count(rule, done) end
  return done
end

not_again = function(record)
  local rule = L.rules > 0 and ruled(record)
  if rule and rule.action == 'cancel' then return obey(record, rule) end
  return record.cx and cancel(record, record.cx)
end
