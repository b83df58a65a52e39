-- Tenants and destination groups: counters, limits, and how much of one may be claimed now. Each is one hash, read when something of it is first
-- asked for, once a call, and written back by finish_call(); of one that nobody asked anything, the counters are changed unread. As a whole: to ask
-- a small hash for ten fields takes Redis twice as long. 'limits' and 'facts' say that it has or had some of either; of the facts, what its
-- recipients are looked up for (facts.lua), frequency: ms between two invitations, 0: any; reviewed: until when a review of it is remembered;
-- allow: 1 + length of its allow-list; skus: 1 + of its catalogue. 'bounded' names the tenants that have or had any of it.
local KIND = { rate = 'limits', burst = 'limits', concurrency = 'limits', paused = 'limits', closed = 'limits', tat = 'limits', lent = 'limits',
  credit = 'limits', lentat = 'limits', frequency = 'facts', reviewed = 'facts', allow = 'facts', skus = 'facts' }
local holders, load

do
  local IS_TEXT = { months = true, parked = true }
  local LOADED = { __index = { months = '', parked = '', weight = 1, flows = 0, queued = 0, claimed = 0, sending = 0, limits = 0, facts = 0,
    rate = 0, burst = 0, concurrency = 0, paused = 0, closed = 0, tat = 0, lent = 0, credit = 0, lentat = 0,
    frequency = 0, reviewed = 0, allow = 0, skus = 0 } }
  function load(holder)
    local fields = call('HGETALL', holder.key)
    holder.loaded = true
    for i = 1, #fields, 2 do
      local field, value = fields[i], fields[i + 1]
      holder[field] = IS_TEXT[field] and value or tonumber(value)
    end
    holder.known = rawget(holder, 'queued') ~= nil
    setmetatable(holder, LOADED)
    if holder.limits > 0 then holder.was_claimed, holder.was_held = holder.claimed, holder.claimed + holder.sending end
  end
end
local UNREAD = { __index = function(holder, field)
  load(holder)
  return holder[field]
end }
local function holder_of(key, name, is_tenant)
  local holder = setmetatable({ key = key, name = name, tenant = is_tenant, loaded = false, changed = {}, sums = {} }, UNREAD)
  holders[#holders + 1] = holder
  return holder
end

-- By name too: to put a key together costs more than to look something up.
local by_tenant, by_group
local function tenant(name)
  local one = by_tenant[name]
  if not one then
    one = holder_of(P .. 't:' .. name, name, true)
    by_tenant[name] = one
  end
  return one
end
local function group(name)
  local one = by_group[name]
  if not one then
    one = holder_of(P .. 'g:' .. name, name, false)
    by_group[name] = one
  end
  return one
end

local function set(holder, field, value)
  if not holder.loaded then load(holder) end
  holder[field] = value
  holder.changed[field] = true
  local kind = KIND[field]
  if kind and holder[kind] == 0 then
    holder[kind] = 1
    holder.changed[kind] = true
    if kind == 'limits' then holder.was_claimed, holder.was_held = holder.claimed, holder.claimed + holder.sending end
    if holder.tenant then
      call('SADD', P .. 'bounded', holder.name)
      set_lane('bounded', 1)
    end
  end
  if field == 'frequency' and tonumber(value) > 0 then set_lane('spaced', 1) end
end

-- Adds up what moves have summed.
local function add(holder, field, by)
  if by ~= 0 then set(holder, field, (holder[field] or 0) + by) end
end
local function add_sums(holder)
  local sums = holder.sums
  if holder.loaded or not holder.tenant then
    for field, by in pairs(sums) do add(holder, field, by) end
    holder.sums = {}
  else
    for field, by in pairs(sums) do
      if by ~= 0 then call('HINCRBY', holder.key, field, by) end
    end
  end
end

-- Whether a tenant may have limits, or be paused; without reading its hash.
local is_bounded
local function bounded(name)
  if L.bounded == 0 then return false end
  local is = is_bounded[name]
  if is == nil then
    is = call('SISMEMBER', P .. 'bounded', name) == 1
    is_bounded[name] = is
  end
  return is
end

at_begin(function() holders, by_tenant, by_group, is_bounded = {}, {}, {}, {} end)

local NEVER = 1 / 0

-- Tokens for which to come back. Not for each single one: at high rates that would be a call each.
local function few_tokens(rate, burst) return math.max(1, math.min(math.floor(burst / 2), math.ceil(rate / 50))) end

-- When there will be as many; nil: there are.
local function refill(holder)
  if holder.rate == 0 or holder.lent > 0 then return nil end
  local moment = math.ceil(holder.tat - (holder.burst - few_tokens(holder.rate, holder.burst)) * 1000 / holder.rate)
  return moment > now and moment or nil
end

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
    if free <= 0 then return 0, refill(holder) or now + 1 end
  end
  return free, NEVER
end

-- Tokens for what was claimed; below zero: back.
local function take(holder, count)
  if holder.rate == 0 or count == 0 then return end
  if holder.lent > 0 then
    set(holder, 'credit', math.min(holder.credit - count, math.max(holder.credit, holder.burst)))
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
