#!lua
-- After a wipe: joins marks and floors by max, never a sum; then lets the next apply open the shard.
--
-- KEYS  1 meta, 2 marks
-- ARGV  1 '1' for the last page, 2 how many marks, then name and mark of each; then accumulator and floor of each floor
-- Gives 1. Repeating it, or restoring an older reading, changes nothing.
-- include: integers

local META, MARKS = KEYS[1], KEYS[2]

local function raise(key, field, value)
  local stored = tonumber(redis.call('HGET', key, field))
  if not stored or stored < tonumber(value) then
    redis.call('HSET', key, field, value)
  end
end

local floors_at = 3 + 2 * tonumber(ARGV[2])
for index = 3, floors_at - 1, 2 do
  raise(MARKS, ARGV[index], ARGV[index + 1])
end
for index = floors_at, #ARGV, 2 do
  raise(META, 'floor:' .. ARGV[index], ARGV[index + 1])
end
if ARGV[1] == '1' then
  redis.call('HSET', META, 'restored', '1')
end
return 1
