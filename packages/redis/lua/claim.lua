#!lua
-- Claims an idempotency key, or tells what stands under it: `c:claimedAtMs:digest` or `a:digest:answer`.
--
-- KEYS  1 the key
-- ARGV  1 digest of the request, 2 TTL (ms)
-- Gives 'claimed' with the time of the first claim (ms), 'answered' with the answer, or 'mismatch'.

local stored = redis.call('GET', KEYS[1])
if not stored then
  local time = redis.call('TIME')
  local claimed_at_ms = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
  redis.call('SET', KEYS[1], 'c:' .. claimed_at_ms .. ':' .. ARGV[1], 'PX', ARGV[2])
  return { 'claimed', claimed_at_ms }
end
local claimed_at_ms, claim_digest = string.match(stored, '^c:(%d+):(.*)$')
local answer_digest, answer = string.match(stored, '^a:([^:]*):(.*)$')
if (claim_digest or answer_digest) ~= ARGV[1] then
  return { 'mismatch' }
elseif answer then
  return { 'answered', answer }
end
return { 'claimed', claimed_at_ms }
