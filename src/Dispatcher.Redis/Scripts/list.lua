-- A tenant's allow-list or catalogue, loaded beside the one in force and put in its place at the end: nobody ever sees half of one.
-- ARGV: allow | skus, tenant, step; then what it takes:
--   add, load name, members...     -> how many the load holds now; it is forgotten an hour after its last step
--   replace, load name             -> how many are in force (a load without members: none; the list is there, and empty)
--   merge, members...              -> how many are in force
--   remove, members...             -> how many are in force
--   clear                          -> 1: there was a list
--   size                           -> how many are in force, -1: there is no list
local what, name, step = ARGV[1], ARGV[2], ARGV[3]
local owner, list, HOUR, BATCH = tenant(name), P .. what .. ':' .. name, 3600000, 1000
local function load_key() return P .. 'load:' .. what .. ':' .. name .. ':' .. ARGV[4] end

local function each(command, key, first)
  for from = first, #ARGV, BATCH do call(command, key, unpack(ARGV, from, math.min(#ARGV, from + BATCH - 1))) end
end

local function in_force()
  local size = call('SCARD', list)
  set(owner, what, size + 1)
  finish_call()
  return size
end

if step == 'add' then
  each('SADD', load_key(), 5)
  call('PEXPIRE', load_key(), HOUR)
  return call('SCARD', load_key())
elseif step == 'replace' then
  -- Asked twice (its reply was lost): the load has become the list.
  if call('EXISTS', load_key()) == 0 then
    if ARGV[5] == 'empty' then call('UNLINK', list) end
    return in_force()
  end
  call('UNLINK', list)
  call('RENAME', load_key(), list)
  call('PERSIST', list)
  return in_force()
elseif step == 'merge' then
  each('SADD', list, 4)
  return in_force()
elseif step == 'remove' then
  each('SREM', list, 4)
  return owner[what] > 0 and in_force() or 0
elseif step == 'clear' then
  local was = owner[what] > 0 and 1 or 0
  call('UNLINK', list)
  set(owner, what, 0)
  finish_call()
  return was
end
return owner[what] > 0 and call('SCARD', list) or -1
