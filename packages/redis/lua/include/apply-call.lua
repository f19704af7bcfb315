-- Reads the call. ARGV[2] is one run of little-endian doubles, which unpack fastest and hold every integer below 2^53:
--   lane sequence, openUnrestored, seeds known, groups, producers, origins, once-keys, segments, seeds
--   a group (the rows of one accumulator and period):   accumulator, period, names
--   a seed:       group, row, 1 where PostgreSQL has the row
--   a segment:    kind (0 none, 1 producer, 2 once), index of its origin (0 any), of its name, first (or TTL in ms), last,
--                 home, parts, rows of open events
--   its parts:    group, form of its deltas (0 wide, 1 narrow, 2 lone), accepted, deltas, doubles of these; then the deltas (see delta-form.ts)
--   rows of open: group, row, events; then for each event the group and row of its reference, what is judged (high, low),
--                 what is added up (high, low …)
-- ARGV[4] on are names: of producers, origins, of the rows of each group, and last the seeds, packed.
local DOUBLE = 8
local MERGES = { [0] = 'merge_wide', 'merge_narrow', 'merge_lone' }
local META, MARKS, LANES, PERIODS = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local FIRST_ACCUMULATOR_KEY, FIRST_NAME = 5, 4

local buffer, buffer_at = ARGV[2], 1
local lane = { name = ARGV[3] }
local open_unrestored, seeds_known, group_count, producer_count, origin_count, once_count, segment_count, seed_count
lane.sequence, open_unrestored, seeds_known, group_count, producer_count, origin_count, once_count, segment_count,
  seed_count, buffer_at = struct.unpack('<ddddddddd', buffer)

local FIRST_GROUP_KEY = FIRST_ACCUMULATOR_KEY + 2 * #ACCUMULATORS
local FIRST_ONCE_KEY = FIRST_GROUP_KEY + group_count
local FIRST_ORIGIN = FIRST_NAME + producer_count

local function read_groups()
  local groups, name_at = {}, FIRST_ORIGIN + origin_count
  for index = 1, group_count do
    local accumulator, period, names
    accumulator, period, names, buffer_at = struct.unpack('<ddd', buffer, buffer_at)
    local id = text(period)
    groups[index] = {
      index = index,
      accumulator = ACCUMULATORS[accumulator],
      dirty_key = KEYS[FIRST_ACCUMULATOR_KEY + 2 * accumulator - 2],
      aside_key = KEYS[FIRST_ACCUMULATOR_KEY + 2 * accumulator - 1],
      rows_key = KEYS[FIRST_GROUP_KEY + index - 1],
      period = period,
      prefix = id .. ':',
      record_field = ACCUMULATORS[accumulator].name .. ':' .. id,
      name_at = name_at - 1,
      names = names,
      seeds = {},
      fresh = {},
      touched = {},
      accepted = 0,
      dirtied = 0,
    }
    name_at = name_at + names
  end
  for index = 0, seed_count - 1 do
    local group, row, has
    group, row, has, buffer_at = struct.unpack('<ddd', buffer, buffer_at)
    groups[group].seeds[row] = has == 1 and ARGV[name_at + index]
  end
  return groups
end

-- The next segment with its parts; the deltas stay in the buffer, from `at` on.
local function read_segment(groups)
  local segment, parts, open = { open = {} }, nil, nil
  segment.kind, segment.history, segment.name, segment.first, segment.last, segment.home, parts, open, buffer_at =
    struct.unpack('<dddddddd', buffer, buffer_at)
  for index = 1, parts do
    local part, doubles = {}, nil
    part.group, part.form, part.accepted, part.deltas, doubles, buffer_at = struct.unpack('<ddddd', buffer, buffer_at)
    part.at = buffer_at
    buffer_at = buffer_at + doubles * DOUBLE
    segment[index] = part
  end
  for index = 1, open do
    local row = {}
    row.group, row.index, row.events, buffer_at = struct.unpack('<ddd', buffer, buffer_at)
    row.at = buffer_at
    buffer_at = buffer_at + row.events * groups[row.group].accumulator.open_doubles * DOUBLE
    segment.open[index] = row
  end
  return segment
end
