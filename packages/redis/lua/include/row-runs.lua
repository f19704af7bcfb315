-- Members of a dirty set and their packed rows on the wire: two runs of bytes and a run of lengths, two of 4 bytes a member,
-- its own and its row's (-1: no row). A string less to send, read and make for each.
local LENGTHS, MEMBERS_A_PACK = 8, 1000

-- Gives the lengths, the members and the rows, each as one run.
local function write_runs(members, rows)
  local lengths, found = {}, {}
  for index, member in ipairs(members) do
    local row = rows[index]
    found[index] = row or ''
    lengths[2 * index - 1], lengths[2 * index] = #member, row and #row or -1
  end
  local packed = {}
  for first = 1, #lengths, 2 * MEMBERS_A_PACK do
    local last = math.min(first + 2 * MEMBERS_A_PACK - 1, #lengths)
    table.insert(packed, struct.pack('>' .. string.rep('i4', last - first + 1), unpack(lengths, first, last)))
  end
  return table.concat(packed), table.concat(members), table.concat(found)
end

-- Gives the members, and of each the length of its row.
local function read_members(lengths, run)
  local members, row_lengths, at = {}, {}, 1
  for index = 1, #lengths / LENGTHS do
    local length
    length, row_lengths[index] = struct.unpack('>i4i4', lengths, (index - 1) * LENGTHS + 1)
    members[index] = string.sub(run, at, at + length - 1)
    at = at + length
  end
  return members, row_lengths
end

-- The rows of a run, false where there is none. Where they are those that lie beside it, which one comparison of all tells,
-- none is cut out.
local function rows_of_run(run, row_lengths, beside)
  local found, same = {}, true
  for index, length in ipairs(row_lengths) do
    local row = beside[index]
    same = same and (row and #row or -1) == length
    found[index] = row or ''
  end
  if same and table.concat(found) == run then
    return beside
  end
  local rows, at = {}, 1
  for index, length in ipairs(row_lengths) do
    rows[index] = length >= 0 and string.sub(run, at, at + length - 1)
    at = at + math.max(0, length)
  end
  return rows
end
