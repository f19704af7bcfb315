#!lua flags=allow-oom
-- Un-dirties the rows that are still byte for byte the snapshot's. The others stay, re-scored to the snapshot's time,
-- up to which PostgreSQL has them now, so that a hot row neither holds up a round nor makes its age lie. Rows that were in
-- quarantine leave it: PostgreSQL took what the snapshot holds. In another server's history than the snapshot's nothing is
-- re-scored: its row may hold what the snapshot has not, from before the snapshot's time, under the same origin. A row that
-- leaves the dirty set ends the shard's turn.
--
-- KEYS  1 periods, 2 dirty set, 3 index of rows set aside, 4 what the keys of the accumulator's rows begin with,
--       5 records of the quarantine, 6 meta
-- ARGV  1 accumulator, 2 the snapshot's time (µs), 3 and 4 the run_id and master_replid it was taken in,
--       5 lengths, 6 members, 7 their packed rows (see row-runs.lua; none where the row was gone)
-- Gives how many were un-dirtied, and how many moved and stay.
-- include: integers
-- include: chunks
-- include: period-record
-- include: dirty-rows
-- include: row-runs
-- include: aside
-- include: origin
-- include: quarantine
-- include: history

local PERIODS, DIRTY, ASIDE, ROWS_PREFIX, RECORDS, META = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local ORIGIN_BYTES = 16
local HAS_RECORDS, taken = redis.call('EXISTS', RECORDS) == 1, {}
local HAS_ASIDES = string.find(ARGV[6], '\0', 1, true)

local run_id, replid = live_history()
local IS_SAME_HISTORY = run_id == ARGV[3] and replid == ARGV[4]

local members, row_lengths = read_members(ARGV[5], ARGV[6])
local rows, periods = rows_of(ROWS_PREFIX, members)
local snapshot = rows_of_run(ARGV[7], row_lengths, rows)

-- A row that restarted under a newer origin since: the snapshot holds nothing of it, so its score must not move.
local function is_of_snapshot(row, seen)
  return row and seen and string.sub(row, 1, ORIGIN_BYTES) == string.sub(seen, 1, ORIGIN_BYTES)
end

local function take_record(place)
  local seen = snapshot[place]
  if HAS_RECORDS and seen and #seen >= ORIGIN_BYTES then
    table.insert(taken, record_name(members[place], origin_hex(seen)))
  end
end

local function keep(place)
  local score = tonumber(redis.call('ZSCORE', DIRTY, members[place]))
  if not score then
    return 0
  end
  if IS_SAME_HISTORY and is_of_snapshot(rows[place], snapshot[place]) then
    local synced = score >= QUARANTINE and score - QUARANTINE or score
    redis.call('ZADD', DIRTY, 'XX', text(math.max(synced, tonumber(ARGV[2]))), members[place])
    take_record(place)
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

local moved, cleaned = 0, 0
for id, period in pairs(periods) do
  local clean = {}
  for index, place in ipairs(period.places) do
    if rows[place] == snapshot[place] then
      clean[#clean + 1] = members[place]
      if HAS_ASIDES then
        forget_row_set_aside(id, period.fields[index])
      end
      take_record(place)
    else
      moved = moved + keep(place)
    end
  end
  local removed = write_all('ZREM', DIRTY, clean)
  count_dirty(PERIODS, ARGV[1] .. ':' .. id, -removed)
  cleaned = cleaned + removed
end
write_all('HDEL', RECORDS, taken)
if cleaned > 0 then
  redis.call('HSET', META, 'turn', text((tonumber(redis.call('HGET', META, 'turn')) or 1) + 1))
end
return { cleaned, moved }
