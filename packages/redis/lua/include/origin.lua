-- An origin: 16 bytes in a row (minting time in µs, 8 bytes of the minting call), 32 hex digits everywhere else.
local function origin_bytes(hex)
  local first, second, third = string.sub(hex, 1, 16), string.sub(hex, 17, 24), string.sub(hex, 25, 32)
  return struct.pack('>I8I4I4', tonumber(first, 16), tonumber(second, 16), tonumber(third, 16))
end

local function origin_hex(bytes)
  local time, first, second = struct.unpack('>I8I4I4', bytes)
  return string.format('%016x%08x%08x', time, first, second)
end

local function origin_time(bytes)
  return (struct.unpack('>I8', bytes))
end
