#!lua flags=allow-oom
-- Reads the oldest dirty rows that are not in quarantine, or the named ones, in it or not; and makes one small write, so
-- that an fsync must cover all it saw.
--
-- KEYS  1 meta, 2 dirty set, 3 index of rows set aside, 4 what the keys of the accumulator's rows begin with
-- ARGV  1 field of the accumulator's fingerprint in meta, 2 fingerprint, 3 'oldest', rowsMax, skip
--                                                                      or 3 'named', then dirty members `period:key`
-- Gives now, TIME (µs), run_id, master_replid, aof_delayed_fsync, then lengths, members and rows (see row-runs.lua).
-- include: integers
-- include: clock
-- include: chunks
-- include: history
-- include: dirty-rows
-- include: row-runs
-- include: aside
-- include: quarantine

local META, DIRTY, ASIDE, ROWS_PREFIX = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local FIRST_NAME = 4

local fingerprint = redis.call('HGET', META, ARGV[1])
if fingerprint and fingerprint ~= ARGV[2] then
  return redis.error_reply('WEIR_LAYOUT_CHANGED the shard was made with another layout')
end

local function named_members()
  local members = with_asides(ASIDE, '', ARGV, FIRST_NAME)
  local scores = get_all('ZMSCORE', DIRTY, members, 1, #members)
  local dirty = {}
  for index, member in ipairs(members) do
    if scores[index] then
      table.insert(dirty, member)
    end
  end
  return dirty
end

local function oldest_members()
  local rows_max, skip = tonumber(ARGV[FIRST_NAME]), tonumber(ARGV[FIRST_NAME + 1])
  local last = math.min(skip + rows_max, drainable(DIRTY)) - 1
  return last < skip and {} or redis.call('ZRANGE', DIRTY, skip, last)
end

local now, time = shard_now(redis.call('HGET', META, 'clock'))
redis.call('HSET', META, 'clock', text(now))
redis.call('HINCRBY', META, 'snapshots', 1)

local members = ARGV[3] == 'named' and named_members() or oldest_members()
local lengths, names, rows = write_runs(members, (rows_of(ROWS_PREFIX, members)))
local run_id, replid = live_history()
local delayed = string.match(redis.call('INFO', 'persistence'), 'aof_delayed_fsync:(%d+)') or '0'
return { text(now), text(time), run_id, replid, delayed, lengths, names, rows }
