#!lua flags=no-writes
-- The present history and how much waits, for how long.
--
-- KEYS  1 meta, then the dirty set of each accumulator
-- ARGV  of each its floor's field in meta
-- Gives the origin ('' before the first apply), now (µs), 1 where PostgreSQL has given back what it knows, then of each
-- dirty set its size, how many of it are in quarantine, the oldest time of the others and of those, and its floor (or '').
-- include: integers
-- include: clock
-- include: quarantine

local META = KEYS[1]
local meta = redis.call('HMGET', META, 'origin', 'clock', 'restored')
local reply = { meta[1] or '', text((shard_now(meta[2]))), meta[3] or '0' }
for index = 2, #KEYS do
  local size, drained = redis.call('ZCARD', KEYS[index]), drainable(KEYS[index])
  local function score_at(place, less)
    return text(tonumber(redis.call('ZRANGE', KEYS[index], place, place, 'WITHSCORES')[2]) - less)
  end
  table.insert(reply, text(size))
  table.insert(reply, text(size - drained))
  table.insert(reply, drained > 0 and score_at(0, 0) or '')
  table.insert(reply, size > drained and score_at(drained, QUARANTINE) or '')
  table.insert(reply, redis.call('HGET', META, ARGV[index - 1]) or '')
end
return reply
