#!lua flags=allow-oom
-- Un-dirties the rows that are still byte for byte the snapshot's. The others stay, re-scored to the snapshot's time,
-- up to which PostgreSQL has them now, so that a hot row neither holds up a round nor makes its age lie.
--
-- KEYS  1 periods, 2 dirty set, 3 index of rows set aside, 4 what the keys of the accumulator's rows begin with
-- ARGV  1 accumulator, 2 the snapshot's time (µs), then each member and its packed row ('' where it was gone)
-- Gives how many were un-dirtied, and how many moved and stay.
-- include: integers
-- include: chunks
-- include: period-record
-- include: dirty-rows
-- include: aside

local PERIODS, DIRTY, ASIDE, ROWS_PREFIX = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local ORIGIN_BYTES = 16

local members, snapshot = {}, {}
for index = 3, #ARGV, 2 do
  table.insert(members, ARGV[index])
  table.insert(snapshot, ARGV[index + 1])
end
local rows = rows_of(ROWS_PREFIX, members)

-- A row that restarted under a newer origin since: the snapshot holds nothing of it, so its score must not move.
local function is_of_snapshot(row, index)
  return row and string.sub(row, 1, ORIGIN_BYTES) == string.sub(snapshot[index], 1, ORIGIN_BYTES)
end

local function keep(index)
  if not redis.call('ZSCORE', DIRTY, members[index]) then
    return 0
  end
  if is_of_snapshot(rows[index], index) then
    redis.call('ZADD', DIRTY, 'XX', 'GT', ARGV[2], members[index])
  end
  return 1
end

local function forget_row_set_aside(period, field)
  local key, origin = split_aside(field)
  if key then
    redis.call('HDEL', ROWS_PREFIX .. period, field)
    forget_aside(ASIDE, period .. ':' .. key, origin)
  end
end

local clean, moved, cleaned = {}, 0, 0
for index, member in ipairs(members) do
  if (rows[index] or '') == snapshot[index] then
    local period, field = split_member(member)
    clean[period] = clean[period] or {}
    table.insert(clean[period], member)
    forget_row_set_aside(period, field)
  else
    moved = moved + keep(index)
  end
end
for period, same in pairs(clean) do
  local removed = write_all('ZREM', DIRTY, same)
  count_dirty(PERIODS, ARGV[1] .. ':' .. period, -removed)
  cleaned = cleaned + removed
end
return { cleaned, moved }
