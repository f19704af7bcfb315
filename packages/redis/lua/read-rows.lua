#!lua flags=no-writes
-- Rows for people and for `verify`, each with whether it is dirty at that moment, or even in quarantine.
--
-- KEYS  1 rows, 2 dirty set, 3 index of rows set aside
-- ARGV  1 `period:`, 2 'page', cursor, rows  or  2 'keys', then keys (each stands for its rows set aside too)
-- Gives the next cursor ('0' at the end), then of each row that exists field, packed row, and '1' where it is dirty, '2'
--       where it is in quarantine too.
-- include: integers
-- include: chunks
-- include: aside
-- include: quarantine

local ROWS, DIRTY, ASIDE = KEYS[1], KEYS[2], KEYS[3]
local PREFIX, FIRST_KEY = ARGV[1], 3

local function named_rows()
  local fields = with_asides(ASIDE, PREFIX, ARGV, FIRST_KEY)
  return '0', fields, get_all('HMGET', ROWS, fields, 1, #fields)
end

local function page_of_rows()
  local page = redis.call('HSCAN', ROWS, ARGV[3], 'COUNT', ARGV[4])
  local fields, rows = {}, {}
  for index = 1, #page[2], 2 do
    table.insert(fields, page[2][index])
    table.insert(rows, page[2][index + 1])
  end
  return page[1], fields, rows
end

local read = ARGV[2] == 'keys' and named_rows or page_of_rows
local cursor, fields, rows = read()
local members = {}
for index, field in ipairs(fields) do
  members[index] = PREFIX .. field
end
local scores = get_all('ZMSCORE', DIRTY, members, 1, #members)
local reply = { cursor }
for index, field in ipairs(fields) do
  if rows[index] then
    table.insert(reply, field)
    table.insert(reply, rows[index])
    local score = tonumber(scores[index])
    table.insert(reply, score and (score >= QUARANTINE and '2' or '1') or '0')
  end
end
return reply
