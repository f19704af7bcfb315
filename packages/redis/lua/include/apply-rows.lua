-- The first touch of a row in a call: what the merge starts from.
local asides, unseeded, seed_is_missing = {}, { 'unseeded' }, false
local overflow

-- Called by the generated merge; the first one is the answer.
local function overflowed(group, row, field)
  overflow = overflow or { 'overflow', group.index, row, field }
end

local function floor_of(group)
  return tonumber(meta['floor:' .. group.accumulator.name]) or -math.huge
end

-- PostgreSQL may have an absent row at or below the floor, under the present origin too: it is made under one of its
-- own.
local function absent_row(group, index)
  local accumulator = group.accumulator
  if group.period > floor_of(group) then
    return present .. accumulator.bottoms
  end
  local seed = group.seeds[index]
  if accumulator.goes_on and seeds_known == 1 then
    table.insert(unseeded, group.index)
    table.insert(unseeded, index)
    seed_is_missing = seed_is_missing or seed == nil
  end
  if seed then
    return mint() .. string.sub(seed, 17)
  end
  return mint() .. accumulator.bottoms
end

-- A row of an older history restarts in place; a dirty one is set aside first, with its score.
local function restarted_row(group, index, row)
  local name = ARGV[group.name_at + index]
  local score = redis.call('ZSCORE', group.dirty_key, group.prefix .. name)
  if score then
    table.insert(asides, { group = group, name = name, row = row, score = score })
  end
  return group.accumulator.restart(row, present)
end

-- Called by the generated merge on the first touch of a row, but where it is of the present origin anyway.
local function prepared_row(group, index)
  local row = group.rows[index]
  if not row then
    row = absent_row(group, index)
  elseif origin_time(row) < present_time then
    row = restarted_row(group, index, row)
  end
  group.rows[index] = row
  return row
end

local function load_rows(group)
  group.rows = get_all('HMGET', group.rows_key, ARGV, group.name_at + 1, group.name_at + group.names)
end

-- A group that something is merged into.
local function fed(group)
  if not group.rows then
    load_rows(group)
  end
  group.is_fed = true
  return group
end

-- Called by the generated merge of open events: 1 up, -1 down, 0 flat, against what the row keeps of the event before.
-- The row is only looked at: one of an older history keeps the same.
local function direction_of(group, index, high, low)
  if not group.rows then
    load_rows(group)
  end
  local row = group.fresh[index] or group.rows[index] or prepared_row(group, index)
  local before_high, before_low = struct.unpack('>hI6', row, REFERENCE_AT)
  if before_high == -2 ^ 15 and before_low == 0 then
    return 0
  elseif high ~= before_high then
    return high > before_high and 1 or -1
  elseif low ~= before_low then
    return low > before_low and 1 or -1
  end
  return 0
end

-- Called by the generated merge: doubles of the narrow form as limbs.
local function wide_list(from, at, count)
  local limbs = {}
  for index = 1, count do
    local value = struct.unpack('<d', from, at + 8 * (index - 1))
    limbs[index] = struct.pack('<dd', math.floor(value / 2 ^ 48), value % 2 ^ 48)
  end
  return table.concat(limbs)
end
