-- Lua's own number to text rounds at 14 digits, so every integer that leaves Lua as text goes through here.
local function text(integer)
  return string.format('%.0f', integer)
end
