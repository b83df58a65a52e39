-- Sets limits of a tenant, of a destination group, or pauses the lane. Two layers, 'settings' and 'operator': the operator's stand above.
-- ARGV: kind (tenant, destination, all), name, layer; then field, value in turn (value empty: none). Fields: weight, rate, burst,
--   concurrency, paused (1), lent (1: the rate is shared with other lanes), frequency (ms); and, of one layer only, monthly (by what is decided
--   whether a tenant waits for its next month: kinds.wait compares it). Returns nothing.
local kind, name, layer = ARGV[1], ARGV[2], ARGV[3]

-- Where a tenant stands ahead of the virtual time is what it has had, by the weight that it had. At another weight the same is worth less or more:
-- else one with little weight, which a visit puts thousands ahead, waited as long after it was given more.
local function weigh_again(owner, before)
  local function scale(key, member)
    local tag = tonumber(call('ZSCORE', key, member) or '0')
    if tag > L.vtime then call('ZADD', key, L.vtime + (tag - L.vtime) * before / owner.weight, member) end
  end
  scale(P .. 'tags', owner.name)
  scale(ready_of(''), owner.name)
  for _, g in ipairs(call('SMEMBERS', P .. 'groups')) do scale(ready_of(g), flow_of(owner.name, g)) end
end

if kind == 'all' then
  set_lane('paused', ARGV[5] == '1' and now or 0)
else
  local owner = kind == 'tenant' and tenant(name) or group(name)
  local weight = owner.weight
  local function set_limit(field, value)
    if field == 'monthly' then return call('HSET', owner.key, field, value) end
    if value == '' then call('HDEL', owner.key, layer .. '.' .. field) else call('HSET', owner.key, layer .. '.' .. field, value) end
    local layers = call('HMGET', owner.key, 'operator.' .. field, 'settings.' .. field)
    local effective = layers[1] or layers[2]
    if field == 'paused' and effective then effective = NOW end
    if effective then
      set(owner, field, tonumber(effective))
    else
      call('HDEL', owner.key, field)
      owner[field] = field == 'weight' and 1 or 0
      owner.changed[field] = nil
    end
  end
  for i = 4, #ARGV, 2 do set_limit(ARGV[i], ARGV[i + 1]) end
  -- A bucket is empty at worst: what was used at a slower rate must not keep a faster one waiting.
  if owner.rate > 0 then
    local empty = now + owner.burst * 1000 / owner.rate
    if owner.tat > empty then set(owner, 'tat', empty) end
  end
  -- New limits: whatever waits for the old ones is looked at again, and a month that was closed is open.
  if layer == 'settings' and owner.closed > 0 then set(owner, 'closed', 0) end
  if owner.tenant then
    -- Before its parked flows are counted, at the new weight, and get their places.
    if owner.weight ~= weight then
      if owner.flows > 0 then add_lane('active', owner.weight - weight) end
      weigh_again(owner, weight)
    end
    unpark(owner)
  end
end
stir()
finish_call()
