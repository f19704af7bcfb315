-- What tells one Redis history from another: run_id changes when the process starts, master_replid when a replica is
-- promoted or the data is replaced by another master's.
local ID_DIGITS = 40

-- A plain search: a pattern costs ten times as much over the whole of INFO.
local function info_id(info, name)
  local _, last = string.find(info, name, 1, true)
  return string.sub(info, last + 1, last + ID_DIGITS)
end

local function live_history()
  local info = redis.call('INFO', 'server', 'replication')
  return info_id(info, '\nrun_id:'), info_id(info, '\nmaster_replid:')
end
