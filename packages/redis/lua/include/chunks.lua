-- Lua's unpack takes 7,999 values at most. Calls run(from, to) over first..last in even pieces, so that pairs stay
-- whole.
local CHUNK = 5000

local function in_chunks(first, last, run)
  for from = first, last, CHUNK do
    run(from, math.min(from + CHUNK - 1, last))
  end
end

-- HMGET and its like, over arguments[first..last]: the values in one list, `false` where there is none.
local function get_all(command, key, arguments, first, last)
  if last - first < CHUNK then
    return last < first and {} or redis.call(command, key, unpack(arguments, first, last))
  end
  local values, count = {}, 0
  in_chunks(first, last, function(from, to)
    for _, value in ipairs(redis.call(command, key, unpack(arguments, from, to))) do
      count = count + 1
      values[count] = value
    end
  end)
  return values
end

-- A variadic write over a list: gives the sum of what Redis answers.
local function write_all(command, key, arguments)
  local sum = 0
  in_chunks(1, #arguments, function(from, to)
    sum = sum + redis.call(command, key, unpack(arguments, from, to))
  end)
  return sum
end

-- ZADD NX over {score, member, score, member, …}: gives how many were new.
local function add_absent(key, scores_and_members)
  local added = 0
  in_chunks(1, #scores_and_members, function(from, to)
    added = added + redis.call('ZADD', key, 'NX', unpack(scores_and_members, from, to))
  end)
  return added
end
