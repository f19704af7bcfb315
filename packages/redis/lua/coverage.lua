#!lua flags=allow-oom
-- The accepted counts and the time T: whatever marks were read before T cover rows that became dirty at T or earlier.
--
-- KEYS  1 meta, 2 periods
-- Gives the origin ('' before the first apply), now (µs), then each field of the periods with its record. Keeps the
--       clock, so that a row touched afterwards is never scored below T.
-- include: integers
-- include: clock

local META, PERIODS = KEYS[1], KEYS[2]
local now = shard_now(redis.call('HGET', META, 'clock'))
redis.call('HSET', META, 'clock', text(now))
local reply = { redis.call('HGET', META, 'origin') or '', text(now) }
for _, value in ipairs(redis.call('HGETALL', PERIODS)) do
  table.insert(reply, value)
end
return reply
