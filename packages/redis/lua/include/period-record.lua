-- The bookkeeping of one period: `origin:accepted:dirty:touchedUs`.
local function read_period(record)
  if not record then
    return nil
  end
  local origin, accepted, dirty, touched = string.match(record, '^(%x+):(%d+):(%d+):(%d+)$')
  return { origin = origin, accepted = tonumber(accepted), dirty = tonumber(dirty), touched = tonumber(touched) }
end

local function write_period(period)
  return table.concat({ period.origin, text(period.accepted), text(period.dirty), text(period.touched) }, ':')
end

-- Counts members that came to the dirty set, or left it, in the period's record.
local function count_dirty(periods_key, field, change)
  local period = read_period(redis.call('HGET', periods_key, field))
  if period and change ~= 0 then
    period.dirty = math.max(0, period.dirty + change)
    redis.call('HSET', periods_key, field, write_period(period))
  end
end
