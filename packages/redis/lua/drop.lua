#!lua flags=allow-oom
-- Drops a period that PostgreSQL has whole: clean, over, idle, and its accepted count the one that was written there.
-- Its floor then says that absent rows up to it may exist in PostgreSQL. A record set aside goes when its count is
-- written.
--
-- KEYS  1 meta, 2 periods, 3 rows
-- ARGV  1 accumulator, 2 period, 3 field of its record, 4 origin, 5 accepted, 6 '1' for a record set aside,
--       7 idle time (µs), 8 end of the period (µs)
-- Gives 1 where it was dropped, else 0.
-- include: integers
-- include: clock
-- include: period-record

local META, PERIODS, ROWS = KEYS[1], KEYS[2], KEYS[3]
local accumulator, period, field, is_aside = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[6] == '1'
local idle_us, end_us = tonumber(ARGV[7]), tonumber(ARGV[8])

local record = read_period(redis.call('HGET', PERIODS, field))
if not record or record.origin ~= ARGV[4] or record.accepted ~= tonumber(ARGV[5]) then
  return 0
end
if not is_aside then
  local now = shard_now(redis.call('HGET', META, 'clock'))
  if record.dirty > 0 or now < end_us or now - record.touched < idle_us then
    return 0
  end
  redis.call('UNLINK', ROWS)
  local floor_field = 'floor:' .. accumulator
  local floor = tonumber(redis.call('HGET', META, floor_field)) or -math.huge
  redis.call('HSET', META, floor_field, text(math.max(floor, period)))
end
redis.call('HDEL', PERIODS, field)
return 1
