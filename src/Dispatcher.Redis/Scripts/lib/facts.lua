-- What is known of a tenant's recipients and references, and what an invitation reserves of it. Each is a key of its own that expires:
-- 'r:<reference>' (a hash of tenant, type and reference number): the record that was accepted first, and its recipient, as one number of the
-- beginnings of their hashes, which Redis keeps in its entry: there are as many as invitations of 400 days, so each byte counts;
-- 'freq:<tenant>:<recipient>': the last invitation and its moment, and the next that is scheduled; 'rev:<tenant>:<recipient>': when the recipient last left a review.
-- They are read by MGET, to which whatever is no text is nothing: GET would fail.
-- Sets, bounded by what was uploaded: 'allow:<tenant>' (recipients), 'skus:<tenant>'.
-- A reference is reserved when an invitation is accepted: the first accepted wins, whichever starts first. Whoever finds it taken bears the note
-- 'rf', and only such records are looked up again. Frequency is reserved then too, and again at each start.
local OWN, DAY = 10, 86400000

-- Why a tenant must not write to a recipient.
local function suppressed_key(name, recipient) return P .. 's:' .. name .. ':' .. recipient end
local function reference_key(reference) return P .. 'r:' .. reference end
-- The first five characters of a key as ten digits, the first four of a recipient's hash as eight: base64url lies between '-' and 'z'.
local function own_of(key)
  local a, b, c, d, e = string.byte(key, 1, 5)
  return 1e9 + (((a * 78 + b) * 78 + c) * 78 + d) * 78 + e - 45 * 37495771
end
local function is_own(holder, key) return tonumber(string.sub(holder, 1, OWN)) == own_of(key) end
local function number_of(recipient)
  local a, b, c, d = string.byte(recipient, 1, 4)
  return d and ((a * 78 + b) * 78 + c) * 78 + d - 45 * 480715 or 0
end
local function whose_of(record) return string.format('%08d', number_of(record.rh)) end
local function holding(key, recipient) return string.format('%d%08d', own_of(key), number_of(recipient)) end
local function frequency_key(record) return P .. 'freq:' .. record.t .. ':' .. record.rh end
local function review_key(name, recipient) return P .. 'rev:' .. name .. ':' .. recipient end

-- Who holds the reference of a record, if that is another: its recipient as whose_of() says; else nil, and whether anybody holds it, or need not.
local function other_holder(record)
  local reference = reference_of(record)
  if reference == '' then return nil, true end
  local holder = call('MGET', reference_key(reference))[1]
  if not holder or is_own(holder, record.key) then return nil, holder and true end
  return string.sub(holder, OWN + 1), true
end

-- The other invitations to its recipient that are remembered: key and moment of the last one, and of the next that is scheduled; and whether it is
-- remembered itself.
local function others_invited(record)
  local others, itself = {}, false
  for key, moment in string.gmatch(call('MGET', frequency_key(record))[1] or '', '(%S+) (%d+)') do
    if key == record.key then itself = true else others[#others + 1] = { key, tonumber(moment) } end
  end
  return others, itself
end

-- The moment of the one nearest to a moment; nil: there is none.
local function invited_near(others, moment)
  local nearest
  for _, one in ipairs(others) do
    if not nearest or math.abs(one[2] - moment) < math.abs(nearest - moment) then nearest = one[2] end
  end
  return nearest
end
local function last_invited(record) return invited_near(others_invited(record), now) end

-- One that is scheduled for later does not push out what was sent, nor the next one: of what is over the last stays, of what is to come the first.
local function remember_invited(record, moment, interval, others)
  local past, ahead
  others[#others + 1] = { record.key, moment }
  for _, one in ipairs(others) do
    if one[2] > now then
      if not ahead or one[2] < ahead[2] then ahead = one end
    elseif not past or one[2] >= past[2] then
      past = one
    end
  end
  local last = ahead or past
  local text = past and ahead and past[1] .. ' ' .. whole(past[2]) .. ' ' or ''
  call('SET', frequency_key(record), text .. last[1] .. ' ' .. whole(last[2]), 'PX', whole(math.max(1, last[2] - now + interval)))
end

local function unlisted(record) return call('SISMEMBER', P .. 'allow:' .. record.t, record.rh) == 0 end

-- When its recipient last left a review, should that be remembered; else false.
local function reviewed(record, owner)
  return owner.reviewed > now and record.rh ~= '' and call('MGET', review_key(record.t, record.rh))[1]
end

-- What stands against a record now, by blanks: taken or again (its reference is another's: for another recipient, for this one),
-- invited=<moment>, reviewed=<moment>, unlisted, sku=<number of the product>; and for it: paid, kickstarted (it is counted already, and needs no room
-- among others). Whether that matters is for the checks to say.
local function marks_of(record, unknown_sku)
  local marks, owner = {}, tenant(record.t)
  if record.rf then
    local recipient = other_holder(record)
    if recipient then marks[1] = recipient == whose_of(record) and 'again' or 'taken' end
  end
  if owner.facts > 0 and record.rh ~= '' then
    local invited, review = owner.frequency > 0 and last_invited(record), reviewed(record, owner)
    if invited then marks[#marks + 1] = 'invited=' .. whole(invited - (now - real)) end -- workers go by the world's clock
    if review then marks[#marks + 1] = 'reviewed=' .. review end
    if owner.allow > 0 and unlisted(record) then marks[#marks + 1] = 'unlisted' end
  end
  if unknown_sku then marks[#marks + 1] = 'sku=' .. unknown_sku end
  if record.q then marks[#marks + 1] = 'paid' end
  if record.k then marks[#marks + 1] = 'kickstarted' end
  return table.concat(marks, ' ')
end

-- Number of the first SKU (they are separated by \1) that its tenant's catalogue does not know; nil: none.
local function unknown_sku(owner, skus)
  if skus == '' or owner.skus == 0 then return nil end
  local names = {}
  for sku in string.gmatch(skus, '[^\1]+') do names[#names + 1] = sku end
  for n, known in ipairs(call('SMISMEMBER', P .. 'skus:' .. owner.name, unpack(names))) do
    if known == 0 then return n end
  end
end

-- `guards` say what the checks of this invitation go by: f<ms> (frequency), a (allow-list), k<most> (kickstart), and at the end s<skus>.
local function split(guards) return string.match(guards, '^([^s]*)s?(.*)$') end

-- The interval between two invitations that a start goes by; nil: any. Not once its tenant has no such rule: workers know that a second later, and
-- without the rule no mark would tell them what stands against the start, again and again.
local function interval_in(few, owner)
  local interval = string.match(few, 'f(%d+)')
  return interval and owner.frequency > 0 and tonumber(interval) or nil
end

-- Whether something stands against its start, and the number of a product that is unknown.
local function objects(record, owner, guards)
  if record.rf and other_holder(record) then return true end
  if bounded(record.t) and reviewed(record, owner) then return true end
  if guards == '' then return false end
  local few, skus = split(guards)
  local interval, kickstarts = interval_in(few, owner), string.match(few, 'k(%d+)')
  if kickstarts and not record.k and used(owner, 'kickstart') >= tonumber(kickstarts) then return true end
  if record.rh ~= '' then
    local invited = interval and last_invited(record)
    if invited and math.abs(now - invited) < interval then return true end
    if string.find(few, 'a', 1, true) and owner.allow > 0 and unlisted(record) then return true end
  end
  local sku = unknown_sku(owner, skus)
  return sku ~= nil, sku
end

local function reserve(record, owner, guards)
  if record.rf then
    local _, held = other_holder(record)
    -- Whoever held it gave it back.
    if not held then call('SET', reference_key(reference_of(record)), holding(record.key, record.rh), 'PX', record.rf) end
  end
  if guards == '' then return end
  local few = split(guards)
  local interval = interval_in(few, owner)
  if interval and record.rh ~= '' then remember_invited(record, now, interval, others_invited(record)) end
  if string.find(few, 'k', 1, true) and not record.k then
    use(owner, 'kickstart', 1)
    note(record, 'k', 1)
  end
end

-- An invitation is accepted: its reference is its own from now on; false: another's.
local function hold_reference(reference, key, recipient, memory)
  return call('SET', reference_key(reference), holding(key, recipient), 'NX', 'PX', memory)
end

-- And it will start at a moment, for a tenant that leaves some time between two.
local function expect_invited(record, owner, moment)
  if record.rh == '' then return end
  local others = others_invited(record)
  local invited = invited_near(others, moment)
  if not invited or math.abs(moment - invited) >= owner.frequency then remember_invited(record, moment, owner.frequency, others) end
end

-- Nothing of it was sent. References are given back by finish_call(), all at once.
local freed, freed_by
at_begin(function() freed, freed_by = {}, {} end)
local function free_reference(reference, key)
  local n = #freed + 1
  freed[n], freed_by[n] = reference_key(reference), key
end
give_back = function(record)
  local owner = tenant(record.t)
  if record.q then use(owner, record.q, -1) end
  if record.k then use(owner, 'kickstart', -1) end
  if record.q or record.k then
    note(record, 'q', nil)
    note(record, 'k', nil)
  end
  local reference = reference_of(record)
  if reference ~= '' then free_reference(reference, record.key) end
  if not bounded(record.t) or owner.frequency == 0 or record.rh == '' then return end
  local others, itself = others_invited(record)
  if not itself then return end
  -- What is left may be remembered for longer than it counts.
  local name, other = frequency_key(record), others[1]
  if other then call('SET', name, other[1] .. ' ' .. whole(other[2]), 'KEEPTTL') else call('DEL', name) end
end

local function free_references()
  local gone, holder_of_each = {}, freed[1] and call('MGET', unpack(freed))
  for n = 1, #freed do
    local holder = holder_of_each[n]
    if holder and is_own(holder, freed_by[n]) then gone[#gone + 1] = freed[n] end
  end
  if gone[1] then call('UNLINK', unpack(gone)) end
end

-- Its tenant must not write to a recipient; the later expiry wins. 0 ms: for ever.
local function suppress(name, recipient, reason, ms)
  local key = suppressed_key(name, recipient)
  local left = call('PTTL', key) -- -2: none, -1: for ever
  if left == -1 then return end
  if ms == '0' then
    call('SET', key, reason)
  elseif left < tonumber(ms) then
    call('SET', key, reason, 'PX', ms)
  end
end
