-- A verdict a segment, in order, the marks of earlier segments of the call included: a applied, d duplicate, o overlap
-- with the mark, g gap with the mark, m moved: begun in another history.
local marks = get_all('HMGET', MARKS, ARGV, FIRST_NAME, FIRST_NAME + producer_count - 1)
local new_marks, new_once = {}, {}

local function judge_producer(segment)
  local mark = new_marks[segment.name] or tonumber(marks[segment.name])
  local expected = (mark or 0) + 1
  -- The mark of a shard that was opened without PostgreSQL may be lost: such a producer goes on where it is.
  local mark_is_lost = not mark and meta.restored == '0'
  if segment.home == 1 and segment.first > expected and not mark_is_lost then
    return 'g' .. text(expected - 1)
  elseif mark and segment.last <= mark then
    return 'd'
  elseif mark and segment.first <= mark then
    return 'o' .. text(mark)
  end
  new_marks[segment.name] = segment.last
  return 'a'
end

local function judge_once(segment)
  local key = KEYS[FIRST_ONCE_KEY + segment.name - 1]
  if new_once[key] or redis.call('EXISTS', key) == 1 then
    return 'd'
  end
  new_once[key] = segment.first
  return 'a'
end

local function judge(segment)
  if segment.history > 0 and ARGV[FIRST_ORIGIN + segment.history - 1] ~= present_hex then
    return 'm'
  elseif segment.kind == 1 then
    return judge_producer(segment)
  elseif segment.kind == 2 then
    return judge_once(segment)
  end
  return 'a'
end
