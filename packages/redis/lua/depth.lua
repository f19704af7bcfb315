#!lua flags=no-writes
-- The present history and how much waits, for how long.
--
-- KEYS  1 meta, then the dirty set of each accumulator
-- Gives the origin ('' before the first apply), now (µs), 1 where PostgreSQL has given back what it knows, then of each dirty set its size and its oldest score (or '').
-- include: integers
-- include: clock

local META = KEYS[1]
local meta = redis.call('HMGET', META, 'origin', 'clock', 'restored')
local reply = { meta[1] or '', text((shard_now(meta[2]))), meta[3] or '0' }
for index = 2, #KEYS do
  table.insert(reply, text(redis.call('ZCARD', KEYS[index])))
  table.insert(reply, redis.call('ZRANGE', KEYS[index], 0, 0, 'WITHSCORES')[2] or '')
end
return reply
