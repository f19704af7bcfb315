-- The shard's clock in µs: never behind what the shard has shown before (`clock` in its meta), whatever the server's
-- does.
local function shard_now(stored)
  local time = redis.call('TIME')
  local now = time[1] * 1000000 + time[2]
  return math.max(now, tonumber(stored) or 0), now
end
