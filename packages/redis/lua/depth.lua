#!lua flags=no-writes
-- The present history and how much waits, for how long.
--
-- KEYS  1 meta, then the dirty set of each accumulator
-- Gives the origin ('' before the first apply), now (µs), then of each dirty set its size and its oldest score (or '').
-- include: integers
-- include: clock

local META = KEYS[1]
local reply = { redis.call('HGET', META, 'origin') or '', text((shard_now(redis.call('HGET', META, 'clock')))) }
for index = 2, #KEYS do
  table.insert(reply, text(redis.call('ZCARD', KEYS[index])))
  table.insert(reply, redis.call('ZRANGE', KEYS[index], 0, 0, 'WITHSCORES')[2] or '')
end
return reply
