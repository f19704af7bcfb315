-- Rows set aside: dirty rows of an older history, under the field `key NUL origin` until PostgreSQL has them. An index
-- hash, `period:key` -> their origins (32 hex digits each), finds those of a key without a scan.
local ORIGIN_DIGITS = 32

local function aside_field(key, origin)
  return key .. '\0' .. origin
end

-- Key and origin of a field set aside; nil for any other field.
local function split_aside(field)
  local separator = string.find(field, '\0', 1, true)
  if separator then
    return string.sub(field, 1, separator - 1), string.sub(field, separator + 1)
  end
end

local function index_aside(index_key, name, origin)
  redis.call('HSET', index_key, name, (redis.call('HGET', index_key, name) or '') .. origin)
end

local function forget_aside(index_key, name, origin)
  local found, kept = redis.call('HGET', index_key, name) or '', {}
  for at = 1, #found, ORIGIN_DIGITS do
    local other = string.sub(found, at, at + ORIGIN_DIGITS - 1)
    if other ~= origin then
      table.insert(kept, other)
    end
  end
  if #kept > 0 then
    redis.call('HSET', index_key, name, table.concat(kept))
  else
    redis.call('HDEL', index_key, name)
  end
end

-- The names from `first` on, each followed by the fields of its rows set aside; `prefix` makes a name `period:key`.
local function with_asides(index_key, prefix, names, first)
  local keys, all = {}, {}
  for index = first, #names do
    keys[index - first + 1] = prefix .. names[index]
  end
  for index, origins in ipairs(get_all('HMGET', index_key, keys, 1, #keys)) do
    local name = names[first + index - 1]
    table.insert(all, name)
    for at = 1, origins and #origins or 0, ORIGIN_DIGITS do
      table.insert(all, aside_field(name, string.sub(origins, at, at + ORIGIN_DIGITS - 1)))
    end
  end
  return all
end
