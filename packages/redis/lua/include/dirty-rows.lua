-- Members of a dirty set, `period:field`, with the packed rows they name.
local function split_member(member)
  local colon = string.find(member, ':', 1, true)
  return string.sub(member, 1, colon - 1), string.sub(member, colon + 1)
end

-- A list beside `members`: each packed row, or false. One HMGET a period; `rows_prefix` and a period make the hash's
-- key.
local function rows_of(rows_prefix, members)
  local rows, periods = {}, {}
  for place, member in ipairs(members) do
    local id, field = split_member(member)
    local period = periods[id]
    if not period then
      period = { fields = {}, places = {} }
      periods[id] = period
    end
    table.insert(period.fields, field)
    table.insert(period.places, place)
  end
  for id, period in pairs(periods) do
    local found = get_all('HMGET', rows_prefix .. id, period.fields, 1, #period.fields)
    for index, place in ipairs(period.places) do
      rows[place] = found[index]
    end
  end
  return rows
end
