-- The present origin of the shard, and the minting of new ones. Nothing is written here: `meta_changes` is, at the end.
local meta = {}
do
  local stored = redis.call('HGETALL', META)
  for index = 1, #stored, 2 do
    meta[stored[index]] = stored[index + 1]
  end
end
local now = shard_now(meta.clock)
local meta_changes = { clock = text(now) }
local present, present_hex, present_time
-- The present turn: since it began no row has left the dirty set, so one that was fed in it is there.
local present_turn = tonumber(meta.turn) or 1
local minted_now = false

-- An origin of this call's own, later than every one of this data set. One call mints at most one.
local function mint()
  if not minted_now then
    local minted = math.max(now, (tonumber(meta.minted) or 0) + 1)
    minted_now = origin_bytes(string.format('%016x', minted) .. ARGV[1])
    meta_changes.minted = text(minted)
  end
  return minted_now
end

-- Fingerprints of the layout; absent ones are set.
local function layout_differs(groups)
  local expected = { layout = BASE_FINGERPRINT }
  for _, group in ipairs(groups) do
    expected['layout:' .. group.accumulator.name] = group.accumulator.fingerprint
  end
  for field, fingerprint in pairs(expected) do
    if not meta[field] then
      meta_changes[field] = fingerprint
    elseif meta[field] ~= fingerprint then
      return true
    end
  end
  return false
end

-- False where the shard knows no history and may not open one.
local function open_history()
  if not meta.origin then
    if meta.restored ~= '1' and open_unrestored ~= 1 then
      return false
    end
    meta.restored = meta.restored or '0'
    meta_changes.restored = meta.restored
  end
  local run_id, replid = live_history()
  if meta.origin and meta.run_id == run_id and meta.replid == replid then
    present = origin_bytes(meta.origin)
  else
    present = mint()
    meta_changes.origin, meta_changes.run_id, meta_changes.replid = origin_hex(present), run_id, replid
  end
  present_hex, present_time = origin_hex(present), origin_time(present)
  return true
end
