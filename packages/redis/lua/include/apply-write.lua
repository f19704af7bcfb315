-- Everything that `apply` writes, once nothing can refuse it any more.
local function set_asides_apart()
  for _, aside in ipairs(asides) do
    local group, origin = aside.group, origin_hex(aside.row)
    local field, member = aside_field(aside.name, origin), group.prefix .. aside.name
    redis.call('HSET', group.rows_key, field, aside.row)
    index_aside(group.aside_key, member, origin)
    -- The score says up to when PostgreSQL has the row: that is the old row's. The new one is dirty from now on.
    group.dirtied = group.dirtied + redis.call('ZADD', group.dirty_key, aside.score, group.prefix .. field)
    redis.call('ZADD', group.dirty_key, 'XX', text(now), member)
  end
end

local function write_rows(group)
  local names, fresh, name_at, rows, count = ARGV, group.fresh, group.name_at, {}, 0
  for index = 1, group.names do
    local row = fresh[index]
    if row then
      rows[count + 1], rows[count + 2] = names[name_at + index], row
      count = count + 2
    end
  end
  write_all('HSET', group.rows_key, rows)
  local members, now_text = {}, text(now)
  for place, index in ipairs(group.touched) do
    members[2 * place - 1], members[2 * place] = now_text, group.prefix .. ARGV[name_at + index]
  end
  group.dirtied = group.dirtied + add_absent(group.dirty_key, members)
end

local function write_record(group)
  local record = read_period(redis.call('HGET', PERIODS, group.record_field))
  if not record then
    local origin = group.period <= floor_of(group) and origin_hex(mint()) or present_hex
    record = { origin = origin, accepted = 0, dirty = 0 }
  elseif origin_time(origin_bytes(record.origin)) < present_time then
    local dirty = record.dirty
    record.dirty = 0
    redis.call('HSET', PERIODS, group.record_field .. ':' .. record.origin, write_period(record))
    record = { origin = present_hex, accepted = 0, dirty = dirty }
  end
  record.accepted = record.accepted + group.accepted
  record.dirty = record.dirty + group.dirtied
  record.touched = now
  redis.call('HSET', PERIODS, group.record_field, write_period(record))
end

local function write_marks()
  local changed = {}
  for name, mark in pairs(new_marks) do
    table.insert(changed, ARGV[FIRST_NAME + name - 1])
    table.insert(changed, text(mark))
  end
  write_all('HSET', MARKS, changed)
  for key, ttl in pairs(new_once) do
    redis.call('SET', key, '1', 'PX', text(ttl))
  end
end

local function write_meta()
  local changed = {}
  for field, value in pairs(meta_changes) do
    table.insert(changed, field)
    table.insert(changed, value)
  end
  redis.call('HSET', META, unpack(changed))
end

local function dirty_of_shard()
  local dirty = 0
  for index = 1, #ACCUMULATORS do
    dirty = dirty + redis.call('ZCARD', KEYS[FIRST_ACCUMULATOR_KEY + 2 * index - 2])
  end
  return dirty
end
