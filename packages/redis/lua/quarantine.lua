#!lua flags=allow-oom
-- Sets rows apart that PostgreSQL refuses. They stay dirty, and keep the time up to which PostgreSQL has them. Allowed
-- when memory is full: else one row would keep a full Redis from being drained.
--
-- KEYS  1 meta, 2 dirty set, 3 records of the quarantine, 4 what the keys of the accumulator's rows begin with
-- ARGV  1 how many rows may be in quarantine, then of each row its member, origin (32 hex digits) and `code:message`
-- Gives how many came in, how many were in it already, and how many stay for want of room. A row that is not dirty any
-- more, or of another origin by now, is in none of these.
-- include: integers
-- include: clock
-- include: chunks
-- include: origin
-- include: dirty-rows
-- include: quarantine

local META, DIRTY, RECORDS, ROWS_PREFIX = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local ORIGIN_BYTES = 16

local now = text((shard_now(redis.call('HGET', META, 'clock'))))
redis.call('HSET', META, 'clock', now)

local function write_record(member, origin, refusal)
  local name = record_name(member, origin)
  local since, tries = string.match(redis.call('HGET', RECORDS, name) or '', '^(%d+):%d+:(%d+):')
  local record = { since or now, now, text((tonumber(tries) or 0) + 1), refusal }
  redis.call('HSET', RECORDS, name, table.concat(record, ':'))
end

local members = {}
for index = 2, #ARGV, 3 do
  table.insert(members, ARGV[index])
end
local rows = rows_of(ROWS_PREFIX, members)
local room = tonumber(ARGV[1]) - redis.call('ZCOUNT', DIRTY, text(QUARANTINE), '+inf')
local added, again, left = 0, 0, 0
for index, member in ipairs(members) do
  local origin, refusal = ARGV[3 * index], ARGV[3 * index + 1]
  local score, row = tonumber(redis.call('ZSCORE', DIRTY, member)), rows[index]
  if score and row and #row >= ORIGIN_BYTES and origin_hex(row) == origin then
    if score >= QUARANTINE then
      again = again + 1
      write_record(member, origin, refusal)
    elseif room > 0 then
      room, added = room - 1, added + 1
      redis.call('ZADD', DIRTY, 'XX', text(score + QUARANTINE), member)
      write_record(member, origin, refusal)
    else
      left = left + 1
    end
  end
end
return { added, again, left }
