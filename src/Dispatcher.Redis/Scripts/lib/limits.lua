-- Tenants and destination groups: counters, limits, and how much of one may be claimed now. Each is one hash, read once a call and written
-- back by finish_call(). Most have no limits: those are read when field 'limits' says that there are some.
local NUMBERS = { 'queued', 'sending', 'delivered', 'claimed', 'flows', 'weight', 'limits', 'facts' }
local LIMITS = { 'rate', 'burst', 'concurrency', 'paused', 'closed', 'tat', 'lent', 'credit', 'lentat' }
local is_limit = {}
for _, field in ipairs(LIMITS) do is_limit[field] = true end
-- What a tenant's recipients are looked up for (facts.lua): read when field 'facts' says that there is something. frequency: ms between two
-- invitations, 0: any; reviewed: until when a review of it is remembered; allow: 1 + length of its allow-list; skus: 1 + of its catalogue.
local FACTS = { 'frequency', 'reviewed', 'allow', 'skus' }
local is_fact = {}
for _, field in ipairs(FACTS) do is_fact[field] = true end
local holders = {}

local function load(key, name, is_tenant)
  local values = call('HMGET', key, 'months', 'parked', unpack(NUMBERS))
  local holder = { key = key, name = name, tenant = is_tenant, months = values[1] or '', parked = values[2] or '', changed = {}, sums = {}, known = values[3] ~= false }
  for i, field in ipairs(NUMBERS) do holder[field] = tonumber(values[i + 2] or '0') end
  if not values[8] then holder.weight = 1 end
  local limits = holder.limits > 0 and call('HMGET', key, unpack(LIMITS)) or {}
  for i, field in ipairs(LIMITS) do holder[field] = tonumber(limits[i] or '0') end
  local facts = holder.facts > 0 and call('HMGET', key, unpack(FACTS)) or nil
  for i, field in ipairs(FACTS) do holder[field] = facts and tonumber(facts[i] or '0') or 0 end
  holder.was_claimed, holder.was_held = holder.claimed, holder.claimed + holder.sending
  holders[#holders + 1] = holder
  return holder
end

-- By name too: to put a key together costs more than to look something up.
local by_tenant, by_group = {}, {}
local function tenant(name)
  local one = by_tenant[name]
  if not one then
    one = load(P .. 't:' .. name, name, true)
    by_tenant[name] = one
  end
  return one
end
local function group(name)
  local one = by_group[name]
  if not one then
    one = load(P .. 'g:' .. name, name, false)
    by_group[name] = one
  end
  return one
end

local function set(holder, field, value)
  holder[field] = value
  holder.changed[field] = true
  if is_limit[field] and holder.limits == 0 then
    holder.limits = 1
    holder.changed.limits = true
  end
  if is_fact[field] and holder.facts == 0 then
    holder.facts = 1
    holder.changed.facts = true
  end
end

-- Adds up what moves have summed; rare counters (most final statuses) are read when they are first needed.
local function add(holder, field, by)
  if by ~= 0 then set(holder, field, (holder[field] or tonumber(call('HGET', holder.key, field) or '0')) + by) end
end
local function add_sums(holder)
  for field, by in pairs(holder.sums) do add(holder, field, by) end
  holder.sums = {}
end

local NEVER = math.huge

-- How many may be claimed now; with 0 also when that changes by itself, NEVER: only when something is released or set; and whether tokens
-- must be borrowed first.
-- The rate is a generic cell rate algorithm (ITU-T I.371): `tat` is the moment at which the bucket is full again.
local function room(holder)
  if holder.paused > 0 then return 0, NEVER end
  if holder.closed > now then return 0, holder.closed end
  local free = NEVER
  if holder.concurrency > 0 then
    free = holder.concurrency - holder.claimed - holder.sending
    if free <= 0 then return 0, NEVER end
  end
  if holder.rate > 0 then
    -- What was claimed and not started could all start in one moment: that stays within one burst.
    free = math.min(free, holder.burst - holder.claimed)
    if free <= 0 then return 0, NEVER end
    if holder.lent > 0 then
      local credit = now - holder.lentat < 1000 and holder.credit or 0
      return math.min(free, credit), NEVER, credit <= 0
    end
    local interval = 1000 / holder.rate
    local tokens = math.floor(holder.burst - math.max(0, holder.tat - now) / interval + 1e-6)
    free = math.min(free, tokens)
    if free <= 0 then
      -- Not for each single token: at high rates that would be a call each.
      local wanted = math.max(1, math.min(math.floor(holder.burst / 2), math.ceil(holder.rate / 50)))
      return 0, math.max(now + 1, math.ceil(holder.tat - (holder.burst - wanted) * interval))
    end
  end
  return free, NEVER
end

-- Tokens for what was claimed.
local function take(holder, count)
  if holder.rate == 0 or count == 0 then return end
  if holder.lent > 0 then
    set(holder, 'credit', holder.credit - count)
  else
    set(holder, 'tat', math.max(holder.tat, now) + count * 1000 / holder.rate)
  end
end

-- Sends by calendar month, '2026-10 5 2026-11 7'; the newest three are kept. Beside them, for good: how many of its kickstart invitations a
-- tenant has used, 'kickstart 3'.
local function used(owner, month) return tonumber(string.match(' ' .. owner.months, ' ' .. string.gsub(month, '%-', '%%-') .. ' (%d+)') or '0') end
local function use(owner, month, by)
  local months = { month .. ' ' .. math.max(0, used(owner, month) + by) }
  for name, count in string.gmatch(owner.months, '(%S+) (%d+)') do
    if name ~= month then months[#months + 1] = name .. ' ' .. count end
  end
  table.sort(months)
  local kept = string.find(months[#months], '^kickstart') and 4 or 3
  while #months > kept do table.remove(months, 1) end
  set(owner, 'months', table.concat(months, ' '))
end
