-- The operators' list of recipient domains that nothing is sent to. KEYS[1] is 'dispatch:{blocked}', a set; its ':rev' counts changes, so that workers
-- see them cheaply; a load beside it is put in its place at the end: nobody ever sees half of one.
-- ARGV: step, most domains; then what it takes:
--   add, load name, domains...     -> how many the load holds now, -1: too many, and it is gone; it is forgotten an hour after its last step
--   replace, load name             -> how many are in force (with 'empty' behind it, a load without domains: none)
--   merge, domains...              -> how many are in force, -1: too many, nothing was changed
--   remove, domains...             -> how many are in force
--   clear                          -> how many there were
local list, step, most, HOUR = KEYS[1], ARGV[1], tonumber(ARGV[2]), 3600000
local call = redis.call
local function load_key() return list .. ':load:' .. ARGV[3] end
local function changed() call('INCR', list .. ':rev') end

if step == 'add' then
  call('SADD', load_key(), unpack(ARGV, 4))
  local size = call('SCARD', load_key())
  if size > most then
    call('UNLINK', load_key())
    return -1
  end
  call('PEXPIRE', load_key(), HOUR)
  return size
elseif step == 'replace' then
  if call('EXISTS', load_key()) == 1 then
    call('RENAME', load_key(), list)
    call('PERSIST', list)
    changed()
  elseif ARGV[4] == 'empty' and call('UNLINK', list) == 1 then
    changed()
  end
  -- Asked twice (its reply was lost): the load has become the list.
  return call('SCARD', list)
elseif step == 'merge' then
  local fresh = 0
  for _, known in ipairs(call('SMISMEMBER', list, unpack(ARGV, 3))) do fresh = fresh + 1 - known end
  if call('SCARD', list) + fresh > most then return -1 end
  if call('SADD', list, unpack(ARGV, 3)) > 0 then changed() end
  return call('SCARD', list)
elseif step == 'remove' then
  if call('SREM', list, unpack(ARGV, 3)) > 0 then changed() end
  return call('SCARD', list)
elseif step == 'clear' then
  local size = call('SCARD', list)
  if size > 0 then
    call('UNLINK', list)
    changed()
  end
  return size
end
return redis.error_reply('block-list.lua: there is no step ' .. step)
