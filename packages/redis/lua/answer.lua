#!lua flags=allow-oom
-- Keeps the answer of a claimed request. The first answer stays; without a claim there is no digest to hold a retry to,
-- so nothing is kept, and the marks of the shards decide. Allowed when memory is full: what it answers was applied.
--
-- KEYS  1 the key
-- ARGV  1 answer, 2 TTL (ms)
-- Gives 1 where it was kept, else 0.

local stored = redis.call('GET', KEYS[1])
local digest = stored and string.match(stored, '^c:%d+:(.*)$')
if not digest then
  return 0
end
redis.call('SET', KEYS[1], 'a:' .. digest .. ':' .. ARGV[1], 'PX', ARGV[2])
return 1
