-- What was accepted, in order of its sequence number, which begins with 1: whoever looks for invitations that a filter concerns finds them all, whatever
-- they wait for, without a walk through all keys. 'order:<n>': the keys of 256 of them, one behind the other. 'order': how many of such a block have been
-- forgotten; with the last it goes itself. A key that was forgotten stays in its block till then. The lane's 'oldest': no block before it is there.
local order = {}
do
  local BLOCK, MOST_MISSING = 256, 200
  local function block_key(n) return P .. 'order:' .. whole(n) end
  local function block_of(sequence) return math.floor((sequence - 1) / BLOCK) end
  -- Where the key of a number stands: in which string, and how far from its beginning.
  local function place_of(sequence) return block_key(block_of(sequence)), (sequence - 1) % BLOCK * KEY_LENGTH end
  local function oldest() return tonumber(call('HGET', LANE, 'oldest') or '0') end

  -- Keys that are accepted one after the other, the first of them with a number. Each goes where its number says, whatever is there. With its last ones
  -- a block is stored anew: of a string that grows Redis keeps room for twice as much.
  function order.add(keys, sequence)
    local at = 1
    while keys[at] do
      local name, offset = place_of(sequence + at - 1)
      local full = at + BLOCK - 1 - offset / KEY_LENGTH
      local some = table.concat(keys, '', at, math.min(#keys, full))
      local before = full <= #keys and call('GET', name)
      if before and #before == offset then call('SET', name, before .. some) else call('SETRANGE', name, offset, some) end
      at = full + 1
    end
  end

  -- Keys from a number on, at most so many, none above `last`; and the number to go on from. Where little is left to walk through, none are.
  function order.from(sequence, most, last)
    local keys, missing = {}, 0
    repeat
      local name, offset = place_of(sequence)
      local many = math.min(most, BLOCK - offset / KEY_LENGTH, last - sequence + 1)
      local some = many > 0 and call('GETRANGE', name, offset, offset + many * KEY_LENGTH - 1) or ''
      for at = 1, #some - KEY_LENGTH + 1, KEY_LENGTH do keys[#keys + 1] = sub(some, at, at + KEY_LENGTH - 1) end
      -- What is not there was forgotten with its whole block.
      sequence, missing = keys[1] and sequence + many or (block_of(sequence) + 1) * BLOCK + 1, missing + 1
    until keys[1] or sequence > last or missing == MOST_MISSING
    return keys, sequence
  end

  -- Of the oldest there may be.
  function order.first() return oldest() * BLOCK + 1 end

  function order.take_away(n)
    call('UNLINK', block_key(n))
    call('HDEL', P .. 'order', n)
  end
  -- These have been forgotten: a set.
  function order.forget(sequences)
    local gone, emptied = {}, false
    for sequence in pairs(sequences) do
      local n = block_of(sequence)
      gone[n] = (gone[n] or 0) + 1
    end
    for n, many in pairs(gone) do
      if call('HINCRBY', P .. 'order', n, many) >= BLOCK then
        order.take_away(n)
        emptied = true
      end
    end
    if not emptied then return end
    local before, newest = oldest(), block_of(L.seq + 1)
    local first = before
    while first < newest and first < before + MOST_MISSING and call('EXISTS', block_key(first)) == 0 do first = first + 1 end
    if first > before then call('HSET', LANE, 'oldest', first) end
  end

  -- Whether a record stands where its number says; and puts it there. A number that cannot be its own is not judged by.
  function order.has(record)
    local sequence = sequence_of(record)
    if sequence < 1 or sequence > L.seq then return true end
    local name, offset = place_of(sequence)
    local there = call('GETRANGE', name, offset, offset + KEY_LENGTH - 1)
    return there == record.key or there ~= '' and call('EXISTS', state_of(there)) == 1
  end
  function order.put(record)
    local sequence = sequence_of(record)
    local name, offset = place_of(sequence)
    call('SETRANGE', name, offset, record.key)
    if block_of(sequence) < oldest() then call('HSET', LANE, 'oldest', block_of(sequence)) end
  end

  -- Whether all of a block has been forgotten, and nobody counted it; and takes it away.
  function order.is_left(n)
    if n >= block_of(L.seq + 1) then return false end -- not full yet
    local keys, names = order.from(n * BLOCK + 1, BLOCK, (n + 1) * BLOCK), {}
    for at, key in ipairs(keys) do names[at] = state_of(key) end
    return not names[1] or call('EXISTS', unpack(names)) == 0
  end
end
