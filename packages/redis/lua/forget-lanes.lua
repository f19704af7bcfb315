#!lua flags=allow-oom
-- Forgets lanes that no call has used for a while. Their pods are gone, or have abandoned them long before.
--
-- KEYS  1 meta, 2 lanes
-- ARGV  1 idle time (µs)
-- Gives how many were forgotten.
-- include: clock
-- include: chunks

local now = shard_now(redis.call('HGET', KEYS[1], 'clock'))
local lanes, idle = redis.call('HGETALL', KEYS[2]), {}
for index = 1, #lanes, 2 do
  local last_used = tonumber(string.match(lanes[index + 1], '^%d+:(%d+):'))
  if now - last_used >= tonumber(ARGV[1]) then
    table.insert(idle, lanes[index])
  end
end
return write_all('HDEL', KEYS[2], idle)
