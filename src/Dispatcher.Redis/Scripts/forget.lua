-- Takes away records that ended long enough ago; their ids stay known for longer. 'ended' lists them in the order of their end: an entry a
-- call that ended some, the moment and the keys by blanks.
-- ARGV: most records to look at, final retention ms, id retention ms. Returns {forgotten, ms until more is due or -1 (nothing has ended)}.
local most, final_ms, id_ms = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local list, gone, numbers, looked = P .. 'ended', {}, {}, 0
local SEQUENCE = '^' .. ('[^\t]*\t'):rep(9) .. '(%d+)\t'

local function answer()
  local first = call('LINDEX', list, 0)
  return { #gone / 2, first and whole(math.max(0, (ended_at(first) or 0) + final_ms - now)) or -1 }
end

-- One that went on after all, or whose end came later still, is listed again further on.
local function is_over(packed)
  if not packed or string.sub(packed, 1, 6) ~= 'final\t' then return false end
  local at = newest_at(packed)
  return not at or now - at >= final_ms
end

while looked < most do
  local entry = call('LINDEX', list, 0)
  if not entry then break end
  -- Nonsense goes; what it may name the reconciler lists again.
  local at = ended_at(entry)
  if at and now - at < final_ms then break end
  local keys, states, fixed = {}, {}, {}
  for key in string.gmatch(at and entry or '', ' (%S+)') do
    keys[#keys + 1], states[#states + 1], fixed[#fixed + 1] = key, state_of(key), fixed_of(key)
  end
  looked = looked + math.max(1, #keys)
  local packed, identities = keys[1] and call('MGET', unpack(states)), keys[1] and call('MGET', unpack(fixed))
  local left = at and whole(id_ms - (now - at))
  for n, key in ipairs(keys) do
    if is_over(packed[n]) then
      local hash = identities[n] and string.match(identities[n], '^[^\t]*\t([^\t]*)')
      if hash and id_ms > now - at then call('SET', memory_of(key), hash, 'PX', left) end
      gone[#gone + 1], gone[#gone + 2] = states[n], fixed[n]
      local sequence = tonumber(match(packed[n], SEQUENCE))
      if sequence then numbers[sequence] = true end -- once, though it may be listed twice
    end
  end
  call('LPOP', list)
end
if gone[1] then
  call('UNLINK', unpack(gone))
  order.forget(numbers)
end
return answer()
