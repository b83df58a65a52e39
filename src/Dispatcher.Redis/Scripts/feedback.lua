-- What became of invitations afterwards (bounces, complaints, opt-outs, reviews, receipts), and what that says of their recipients.
-- Repeats safely: a status only ever gives way to one of a higher rank (RANK, from StatusCatalog), and what is remembered of a recipient lies over
-- itself.
-- ARGV: by; then an event each, by tabs: record key (empty: none), tenant, recipient hash (empty: the record's), status (empty: none changes),
--   attempt (empty: not said), detail, reply, reason to suppress the recipient (empty: none), ms for which (0: for ever), when a review was left
--   (empty: none).
-- Returns a word each, by tab the tenant and the recipient hash: changed | noted (nothing to change but the recipient) | stale (known, or older than
--   what is known) | early (its attempt is under way: tell it again) | unknown (no such invitation).
local by = ARGV[1]

local function learn(name, recipient, reason, ms, review)
  if recipient == '' or name == '' then return end
  if reason ~= '' then suppress(name, recipient, reason, ms) end
  if review ~= '' then review = tonumber(review) + (now - real) end -- told by the world's clock
  local left = review ~= '' and review + DAY - now or 0
  if left <= 0 then return end
  local key, owner = review_key(name, recipient), tenant(name)
  local known = tonumber(call('MGET', key)[1] or '0')
  -- In the future is now: a clock that is ahead must not make a day longer.
  local moment = math.min(now, review)
  if moment > known then call('SET', key, whole(moment), 'PX', whole(moment + DAY - now)) end
  if moment + DAY > owner.reviewed then set(owner, 'reviewed', moment + DAY) end
end

local function judge(record, status, attempt, detail, reply)
  if status == '' then return 'noted' end
  if status == 'delivered' and record.un and not is_known_delivered(record) and T.settle.from[record.s] then
    -- It was taken after all: a repeat that waits, or is under way, is withdrawn.
    note(record, 'un', nil)
    finish(record, 'settle', status, by, reply, detail)
    return 'changed'
  end
  if record.s == 'sending' then return 'early' end
  -- Nothing happens to what was never sent.
  if not T.report.from[record.s] or record.a == 0 then return 'stale' end
  if attempt ~= '' and tonumber(attempt) < record.a and status ~= 'delivered' then return 'stale' end
  if (RANK[status] or 0) <= (RANK[record.st] or 0) then return 'stale' end
  finish(record, 'report', status, by, reply, detail)
  return 'changed'
end

local PARTS = '^' .. string.rep('([^\t]*)\t', 9) .. '([^\t]*)$'
local events_in, keys = {}, {}
for n = 2, #ARGV do
  local event = { string.match(ARGV[n], PARTS) }
  events_in[n - 1] = event
  if event[1] ~= '' then keys[#keys + 1] = event[1] end
end
read_all(keys)
local answers = {}
for n, event in ipairs(events_in) do
  local key, name, recipient, status, attempt, detail, reply, reason, ms, review = unpack(event)
  local record = key ~= '' and records[key] or nil
  local word = 'noted'
  if record and name ~= '' and record.t ~= name then record = nil end
  if record then
    name, recipient = record.t, record.rh
    word = judge(record, status, attempt, detail, reply)
  elseif key ~= '' then
    word = 'unknown'
  end
  learn(name, recipient, reason, ms, review)
  answers[n] = word .. '\t' .. name .. '\t' .. recipient
end
finish_call()
return answers
