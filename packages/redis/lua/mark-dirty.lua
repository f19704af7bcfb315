#!lua
-- Marks every row of a period dirty, so that the next sync sends it again: harmless, for PostgreSQL joins.
--
-- KEYS  1 meta, 2 periods, 3 dirty set, 4 rows
-- ARGV  1 field of the period's record, 2 period
-- Gives how many rows the period has.
-- include: integers
-- include: clock
-- include: chunks
-- include: period-record

local META, PERIODS, DIRTY, ROWS = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local now = text((shard_now(redis.call('HGET', META, 'clock'))))
local fields = redis.call('HKEYS', ROWS)
local members = {}
for index, field in ipairs(fields) do
  members[2 * index - 1], members[2 * index] = now, ARGV[2] .. ':' .. field
end
redis.call('HSET', META, 'clock', now)
count_dirty(PERIODS, ARGV[1], add_absent(DIRTY, members))
return #fields
