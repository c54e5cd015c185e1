/**
 * Checkpoint and changes in one step, or nothing. KEYS: checkpoint, hold, index of the version's keys, then those that change. ARGV: next offset,
 * claim and epoch as they must be; how many of the keys must be there, and which; then the commands: name, key, number of arguments,
 * arguments. Answers ok, gone (no checkpoint), moved, held, or "missing" and the key that is not there.
 *
 * Redis undoes nothing of a script that fails half way. So what can fail is looked at before anything is written: the kind of each key.
 */
export const applyScript = `
local checkpoint = redis.call('HMGET', KEYS[1], 'next', 'claim', 'epoch')
if not checkpoint[1] then return {'gone'} end
if checkpoint[1] ~= ARGV[1] or checkpoint[2] ~= ARGV[2] or checkpoint[3] ~= ARGV[3] then return {'moved'} end
if redis.call('EXISTS', KEYS[2]) == 1 then return {'held'} end

local at = 4
local needs = tonumber(ARGV[at])
for i = 1, needs do
  local key = KEYS[tonumber(ARGV[at + i])]
  if redis.call('EXISTS', key) == 0 then return {'missing', key} end
end
at = at + needs + 1

local kinds = {HSET = 'hash', HINCRBY = 'hash', HDEL = 'hash', ZADD = 'zset', ZADDXX = 'zset', ZMOVE = 'zset', ZREM = 'zset', ZREMUPTO = 'zset',
  SADD = 'set', SREM = 'set', CELLS = 'string'}
local kindOf, fresh = {}, {}
local first = at
while at <= #ARGV do
  local name, key, count = ARGV[at], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  if name == 'DEL' then fresh[key] = true
  elseif kinds[name] and not fresh[key] then
    if not kindOf[key] then
      local kind = redis.call('TYPE', KEYS[key]).ok
      kindOf[key] = kind == 'none' and kinds[name] or kind
    end
    if kindOf[key] ~= kinds[name] then return {'refused', name .. ' of ' .. KEYS[key] .. ', which is a ' .. kindOf[key]} end
    if name == 'ZMOVE' then
      local kind = redis.call('TYPE', KEYS[tonumber(ARGV[at + 3])]).ok
      if kind ~= 'none' and kind ~= 'zset' then return {'refused', name .. ' to ' .. KEYS[tonumber(ARGV[at + 3])] .. ', which is a ' .. kind} end
    end
    if name == 'HINCRBY' then
      for i = at + 3, at + 2 + count, 2 do
        local value = redis.call('HGET', KEYS[key], ARGV[i])
        if value and not string.match(value, '^-?%d+$') then return {'refused', ARGV[i] .. ' of ' .. KEYS[key] .. ' is no whole number'} end
      end
    end
  end
  at = at + 3 + count
end

local most = 2000
local function each(name, key, from, to)
  for i = from, to, most do redis.call(name, key, unpack(ARGV, i, math.min(i + most - 1, to))) end
end
local function cells(key, from, to)
  for i = from, to, most do
    local sets = {}
    for j = i, math.min(i + most - 1, to), 2 do
      local n = #sets
      sets[n + 1], sets[n + 2], sets[n + 3], sets[n + 4] = 'SET', 'u2', '#' .. ARGV[j], ARGV[j + 1]
    end
    for j = 1, #sets, most * 2 do redis.call('BITFIELD', key, unpack(sets, j, math.min(j + most * 2 - 1, #sets))) end
  end
end
local function moveCells(i, to)
  local strings, made = {}, {}
  local function cell(key, number)
    local text = strings[key]
    if text == nil then
      text = redis.call('GET', KEYS[key]) or ''
      strings[key] = text
    end
    local byte = string.byte(text, math.floor(number / 4) + 1) or 0
    return math.floor(byte / 4 ^ (3 - number % 4)) % 4
  end
  while i <= to do
    local target, count = tonumber(ARGV[i]), tonumber(ARGV[i + 1])
    i = i + 2
    local bytes, byte = {}, 0
    for c = 0, count - 1 do
      local source, number = tonumber(ARGV[i]), tonumber(ARGV[i + 1])
      i = i + 2
      local value = source == 0 and 0 or cell(source, number)
      byte = byte * 4 + value
      if c % 4 == 3 then
        bytes[#bytes + 1] = string.char(byte)
        byte = 0
      end
    end
    if count % 4 ~= 0 then bytes[#bytes + 1] = string.char(byte * 4 ^ (4 - count % 4)) end
    made[#made + 1] = {KEYS[target], table.concat(bytes)}
  end
  for _, one in ipairs(made) do redis.call('SET', one[1], one[2]) end
end

at = first
local added, gone = {}, {}
while at <= #ARGV do
  local name, number, count = ARGV[at], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  local key, from, to = KEYS[number], at + 3, at + 2 + count
  if name == 'DEL' then redis.call('DEL', key)
  elseif name == 'CELLS' then cells(key, from, to)
  elseif name == 'MOVECELLS' then moveCells(from, to)
  elseif name == 'HINCRBY' then for i = from, to, 2 do redis.call(name, key, ARGV[i], ARGV[i + 1]) end
  elseif name == 'ZADDXX' then
    for i = from, to, most do redis.call('ZADD', key, 'XX', unpack(ARGV, i, math.min(i + most - 1, to))) end
  elseif name == 'ZMOVE' then
    local target = KEYS[tonumber(ARGV[from])]
    for i = from + 1, to do
      local score = redis.call('ZSCORE', key, ARGV[i])
      if score then
        redis.call('ZREM', key, ARGV[i])
        redis.call('ZADD', target, score, ARGV[i])
      end
    end
  elseif name == 'ZREMUPTO' then redis.call('ZREMRANGEBYSCORE', key, '-inf', ARGV[from])
  else each(name, key, from, to) end
  at = to + 1
end
return {'ok'}
`

/**
 * Makes a checkpoint at the log's beginning where there is none. What a version without one still has (a server that lost a part of its
 * keys) is thrown away with it. KEYS: checkpoint, index, the runtime's other keys. ARGV: topic, UTC ms, prefix of the version's keys.
 */
export const beginScript = `
local found = redis.call('HMGET', KEYS[1], 'next', 'claim', 'command', 'epoch')
if found[1] then return found end
for _, key in ipairs(redis.call('SMEMBERS', KEYS[2])) do redis.call('UNLINK', ARGV[3] .. key) end
for i = 2, #KEYS do redis.call('UNLINK', KEYS[i]) end
redis.call('HSET', KEYS[1], 'next', 0, 'claim', '', 'command', '', 'epoch', 0, 'at', ARGV[2], 'topic', ARGV[1])
return {'0', '', '', '0'}
`
