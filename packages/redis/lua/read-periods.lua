#!lua flags=no-writes
-- All rows of some periods of one accumulator, set-aside ones too: for live reads over many short windows.
--
-- KEYS  the rows of each period
-- Gives of each period how many rows it has, then of each row field and packed row.

local reply = {}
for _, rows in ipairs(KEYS) do
  local all = redis.call('HGETALL', rows)
  table.insert(reply, #all / 2)
  for _, value in ipairs(all) do
    table.insert(reply, value)
  end
end
return reply
