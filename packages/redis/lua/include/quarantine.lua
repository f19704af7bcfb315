-- A row that PostgreSQL refuses stays in the dirty set, at its score plus QUARANTINE (µs, 142 years): behind all that a
-- round drains, and still telling up to when PostgreSQL has it. `apply` knows nothing of it: a tick for such a row leaves
-- it there (ZADD NX), and a new history takes the score along when it sets the row aside.
--
-- Its record, under `period:key NUL origin` so that it follows the row aside: `sinceUs:triedUs:tries:code:message`.
local QUARANTINE = 2 ^ 52

-- Members of the dirty set that a round drains: the oldest of it.
local function drainable(dirty_key)
  return redis.call('ZCOUNT', dirty_key, '-inf', '(' .. text(QUARANTINE))
end

-- The name of a member's record; a member set aside has its origin in it already.
local function record_name(member, origin)
  return string.find(member, '\0', 1, true) and member or member .. '\0' .. origin
end
