-- Limbs times a factor below 2^15, exactly: by halves of the low limb.
local function times(high, low, factor)
  local first = low % 2 ^ 24 * factor
  local second = math.floor(low / 2 ^ 24) * factor + math.floor(first / 2 ^ 24)
  return high * factor + math.floor(second / 2 ^ 24), second % 2 ^ 24 * 2 ^ 24 + first % 2 ^ 24
end

-- Called by the generated merge: whether a new extreme lies a least move beyond the last record, that is
-- next * 10,000 >= last * factor (sign 1), or <= (sign -1).
local function is_far(next_high, next_low, last_high, last_low, factor, sign)
  local high, low = times(next_high, next_low, 10000)
  local bound_high, bound_low = times(last_high, last_low, factor)
  if high ~= bound_high then
    return (high - bound_high) * sign > 0
  end
  return (low - bound_low) * sign >= 0
end
