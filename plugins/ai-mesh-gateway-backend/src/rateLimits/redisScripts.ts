/**
 * What runs inside Redis, each script in one step.
 *
 * Of each subject there is one hash: `requests` and `tokens` are meters in units, drained `at` a time;
 * `parallel:<life>` are the calls that run, and `held:<life>:<minute>` the tokens they hold. `KEYS[1]` is a sorted
 * set of the lives and until when each is believed. What a life that has ended held goes on the meter, and its
 * calls no longer count. The rules are those of Tally and refusal, where they are explained.
 *
 * Numbers are written with `%.0f`: Lua's own text of a number keeps 14 digits, and a meter can have 16.
 */
const CLOCK = `
local function fixed(number) return string.format('%.0f', number) end
local nowMs = tonumber(ARGV[1])
if nowMs == 0 then
  local time = redis.call('TIME')
  nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
end
local life = ARGV[2]
local KEPT_MS = 3600000 -- what nobody touches for so long is forgotten
`;

const LIVES = `${CLOCK}
local believed = {}
local function isAlive(id)
  if believed[id] == nil then
    local untilMs = redis.call('ZSCORE', KEYS[1], id)
    believed[id] = untilMs ~= false and tonumber(untilMs) > nowMs
  end
  return believed[id]
end
if not isAlive(life) then return redis.error_reply('ENDED This life has ended') end
`;

const TALLIES = `${LIVES}
local UNITS = 60000
local MOST_UNITS = 9007199254740991
local minute = math.floor(nowMs / 60000)

local function load(key, requestsPerMinute, tokensPerMinute)
  local tally = { key = key, requests = 0, tokens = 0, at = nowMs, parallel = 0, held = 0, stale = {} }
  local moved, overdue = 0, {}
  local fields = redis.call('HGETALL', key)
  for index = 1, #fields, 2 do
    local name, value = fields[index], tonumber(fields[index + 1])
    local kind, owner, heldIn = string.match(name, '^(%a+):([^:]+):?(%d*)$')
    if kind == nil then
      tally[name] = value
    elseif not isAlive(owner) or (kind == 'held' and tonumber(heldIn) < minute - 1) then
      tally.stale[#tally.stale + 1] = name
      if kind == 'held' then
        if isAlive(owner) then overdue[#overdue + 1] = { at = (tonumber(heldIn) + 2) * 60000, tokens = value }
        else moved = moved + value end
      end
    else
      tally[kind] = tally[kind] + value
    end
  end
  tally.mustSave = #tally.stale > 0 or nowMs < tally.at
  local sinceMs = math.min(tally.at, nowMs)
  tally.requests = math.max(0, tally.requests - (nowMs - sinceMs) * requestsPerMinute)
  local function drainTo(ms)
    tally.tokens = math.max(0, tally.tokens - (ms - sinceMs) * tokensPerMinute)
    sinceMs = ms
  end
  table.sort(overdue, function(one, other) return one.at < other.at end)
  for _, hold in ipairs(overdue) do
    drainTo(math.max(sinceMs, hold.at))
    tally.tokens = tally.tokens + hold.tokens * UNITS
  end
  drainTo(nowMs)
  tally.tokens = tally.tokens + moved * UNITS
  return tally
end

local function save(tally)
  if #tally.stale > 0 then redis.call('HDEL', tally.key, unpack(tally.stale)) end
  redis.call('HSET', tally.key, 'at', fixed(nowMs),
    'requests', fixed(math.min(tally.requests, MOST_UNITS)),
    'tokens', fixed(math.min(tally.tokens, MOST_UNITS)))
  redis.call('PEXPIRE', tally.key, KEPT_MS)
end

local function add(tally, field, change)
  local value = redis.call('HINCRBY', tally.key, field, fixed(change))
  if value <= 0 then redis.call('HDEL', tally.key, field) end
end
`;

/** ARGV: now or 0, life, how long it is believed, the life before or ''; then the parallel calls of each subject. */
export const BEGIN_SCRIPT = `${CLOCK}
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', fixed(nowMs))
if ARGV[4] ~= '' then redis.call('ZREM', KEYS[1], ARGV[4]) end
redis.call('ZADD', KEYS[1], fixed(nowMs + ARGV[3]), life)
redis.call('PEXPIRE', KEYS[1], KEPT_MS)
for index = 2, #KEYS do
  redis.call('HSET', KEYS[index], 'parallel:' .. life, ARGV[index + 3])
  redis.call('PEXPIRE', KEYS[index], KEPT_MS)
end
return 1
`;

/** ARGV: now or 0, life, how long it is believed. */
export const BEAT_SCRIPT = `${LIVES}
redis.call('ZADD', KEYS[1], fixed(nowMs + ARGV[3]), life)
redis.call('PEXPIRE', KEYS[1], KEPT_MS)
return 1
`;

/**
 * ARGV: now or 0, life, tokens; then requests per minute, tokens per minute and parallel requests of each subject.
 * Returns whether it was let in, the minute; then request units, token units and parallel calls of each subject.
 */
export const ADMIT_SCRIPT = `${TALLIES}
local tokens = tonumber(ARGV[3])
local tallies, fits = {}, 1
for index = 2, #KEYS do
  local from = 3 * index - 2
  local requestsPerMinute, tokensPerMinute = tonumber(ARGV[from]), tonumber(ARGV[from + 1])
  local tally = load(KEYS[index], requestsPerMinute, tokensPerMinute)
  if tally.requests + UNITS > requestsPerMinute * UNITS
    or tally.tokens + (tally.held + tokens) * UNITS > tokensPerMinute * UNITS
    or tally.parallel >= tonumber(ARGV[from + 2]) then fits = 0 end
  tallies[#tallies + 1] = tally
end
local answer = { fits, minute }
for _, tally in ipairs(tallies) do
  if fits == 1 then
    tally.requests = tally.requests + UNITS
    tally.held = tally.held + tokens
    tally.parallel = tally.parallel + 1
    add(tally, 'parallel:' .. life, 1)
    if tokens > 0 then add(tally, 'held:' .. life .. ':' .. fixed(minute), tokens) end
  end
  if fits == 1 or tally.mustSave then save(tally) end
  answer[#answer + 1] = tally.requests
  answer[#answer + 1] = math.min(tally.tokens + tally.held * UNITS, MOST_UNITS)
  answer[#answer + 1] = tally.parallel
end
return answer
`;

/**
 * ARGV: now or 0, life, minute of the hold or -1, held tokens, used tokens; then requests and tokens per minute of
 * each subject.
 */
export const END_SCRIPT = `${TALLIES}
local heldIn, held, used = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
for index = 2, #KEYS do
  local from = 2 * index + 2
  local tally = load(KEYS[index], tonumber(ARGV[from]), tonumber(ARGV[from + 1]))
  if heldIn >= minute - 1 and held > 0 then
    add(tally, 'held:' .. life .. ':' .. fixed(heldIn), -held)
    tally.tokens = tally.tokens + used * UNITS
  else
    tally.tokens = tally.tokens + math.max(0, used - held) * UNITS
  end
  add(tally, 'parallel:' .. life, -1)
  save(tally)
end
return 1
`;

/** ARGV: now or 0, life. */
export const LEAVE_SCRIPT = `${CLOCK}
redis.call('ZREM', KEYS[1], life)
return 1
`;
