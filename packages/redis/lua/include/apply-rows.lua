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

-- Called by the generated merge: doubles of the narrow form as limbs.
local function wide_list(from, at, count)
  local limbs = {}
  for index = 1, count do
    local value = struct.unpack('<d', from, at + 8 * (index - 1))
    limbs[index] = struct.pack('<dd', math.floor(value / 2 ^ 48), value % 2 ^ 48)
  end
  return table.concat(limbs)
end
