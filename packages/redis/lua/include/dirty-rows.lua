-- Members of a dirty set, `period:field`, with the packed rows they name.

-- By period: the fields of its members, and their places in the list. Most members have the period of the one before.
local function by_period(members)
  local sub, find, periods, period, prefix = string.sub, string.find, {}, nil, nil
  for place, member in ipairs(members) do
    if not prefix or find(member, prefix, 1, true) ~= 1 then
      prefix = sub(member, 1, find(member, ':', 1, true))
      local id = sub(prefix, 1, -2)
      period = periods[id] or { count = 0, fields = {}, places = {} }
      periods[id] = period
    end
    period.count = period.count + 1
    period.fields[period.count], period.places[period.count] = sub(member, #prefix + 1), place
  end
  return periods
end

-- A list beside `members`: each packed row, or false. One HMGET a period; `rows_prefix` and a period make the hash's
-- key. Gives the members by period, too.
local function rows_of(rows_prefix, members)
  local rows, periods = {}, by_period(members)
  for id, period in pairs(periods) do
    local found = get_all('HMGET', rows_prefix .. id, period.fields, 1, period.count)
    for index, place in ipairs(period.places) do
      rows[place] = found[index]
    end
  end
  return rows, periods
end
