#!lua flags=no-writes
-- The rows in quarantine, the longest dirty first.
--
-- KEYS  1 dirty set, 2 records of the quarantine, 3 what the keys of the accumulator's rows begin with
-- Gives of each its member, the time up to which PostgreSQL has it (µs), and its record ('' where there is none).
-- include: integers
-- include: chunks
-- include: origin
-- include: dirty-rows
-- include: quarantine

local DIRTY, RECORDS, ROWS_PREFIX = KEYS[1], KEYS[2], KEYS[3]
local ORIGIN_BYTES = 16

local found = redis.call('ZRANGE', DIRTY, text(QUARANTINE), '+inf', 'BYSCORE', 'WITHSCORES')
local members = {}
for index = 1, #found, 2 do
  table.insert(members, found[index])
end
local rows, reply = rows_of(ROWS_PREFIX, members), {}
for index, member in ipairs(members) do
  local row = rows[index]
  local origin = row and #row >= ORIGIN_BYTES and origin_hex(row) or ''
  table.insert(reply, member)
  table.insert(reply, text(tonumber(found[2 * index]) - QUARANTINE))
  table.insert(reply, redis.call('HGET', RECORDS, record_name(member, origin)) or '')
end
return reply
