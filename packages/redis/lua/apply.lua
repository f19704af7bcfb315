#!lua
-- Applies segments in order, each judged by its own mark; all of it or nothing. Refused by Redis when it is out of
-- memory.
--
-- KEYS  1 meta, 2 marks, 3 lanes, 4 periods; for each accumulator of the layout its dirty set and its index of rows set
--       aside; the rows hash of each group; the once-keys
-- ARGV  1 candidate (16 hex digits), 2 the call (see apply-call), 3 lane, 4… names of producers and rows, then seeds
-- Gives 'applied' with `origin:dirty:verdicts`, or 'unopened', 'unseeded' with (group, row) pairs, 'overflow' with
--       group, row and field, 'stale'. Nothing is written but for 'applied'; no row goes on summing in another history.
-- include: integers
-- include: clock
-- include: chunks
-- include: history
-- include: origin
-- include: period-record
-- include: aside
-- include: accumulators
-- include: apply-call
-- include: apply-history
-- include: apply-verdicts
-- include: apply-rows
-- include: least-move
-- include: merges
-- include: apply-write

local groups = read_groups()
if layout_differs(groups) then
  return redis.error_reply('WEIR_LAYOUT_CHANGED the shard was made with another layout')
end

local lane_record = redis.call('HGET', LANES, lane.name)
if lane_record then
  local sequence, reply = string.match(lane_record, '^(%d+):%d+:(.*)$')
  if lane.sequence == tonumber(sequence) then
    return { 'applied', reply }
  elseif lane.sequence < tonumber(sequence) then
    return { 'stale' }
  end
end

if not open_history() then
  return { 'unopened' }
end

local verdicts = {}
for index = 1, segment_count do
  local segment = read_segment(groups)
  verdicts[index] = judge(segment)
  if verdicts[index] == 'a' then
    -- First, while each reference still keeps the measure of the event before this segment.
    for _, row in ipairs(segment.open) do
      local group = fed(groups[row.group])
      group.accumulator.merge_open(groups, group, row.index, row.at, row.events)
    end
    for _, part in ipairs(segment) do
      local group = fed(groups[part.group])
      group.accepted = group.accepted + part.accepted
      group.accumulator[MERGES[part.form]](group, buffer, part.at, part.deltas)
    end
  end
end
if seed_is_missing then
  return unseeded
elseif overflow then
  return overflow
end

set_asides_apart()
for _, group in ipairs(groups) do
  if group.is_fed then
    write_rows(group)
    write_record(group)
  end
end
write_marks()
local reply = table.concat({ present_hex, dirty_of_shard(), table.concat(verdicts, ',') }, ':')
redis.call('HSET', LANES, lane.name, text(lane.sequence) .. ':' .. text(now) .. ':' .. reply)
write_meta()
return { 'applied', reply }
