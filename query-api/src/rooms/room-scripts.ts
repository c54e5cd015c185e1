import type { ViewScript } from '@onsale/platform/redis-views'

/** What is the same for everybody in the room. */
export const roomScript: ViewScript = {
  name: 'room',
  lua: `return {redis.call('HGETALL', p .. 'room:' .. s), redis.call('HGETALL', p .. 'tally:' .. s), redis.call('HGETALL', p .. 'pace:' .. s),
    redis.call('ZCARD', p .. 'line:' .. s), redis.call('ZCARD', p .. 'away:' .. s), redis.call('ZCARD', p .. 'admitted:' .. s), redis.call('SCARD', p .. 'active:' .. s)}`,
}

/** The state of each entry, its place and how many wait before it; empty where it does not wait. Costs O(log n) each. */
const entries = `
    local digits = '0123456789abcdefghijklmnopqrstuvwxyz'
    local function piece(entry)
      local number, text = math.floor(tonumber(entry, 36) / 128), ''
      repeat
        local digit = number % 36
        text = string.sub(digits, digit + 1, digit + 1) .. text
        number = math.floor(number / 36)
      until number == 0
      return text
    end
    local function look(entry)
      local line = p .. 'line:' .. s
      local place = redis.call('ZSCORE', line, entry)
      if place then return {entry, '', place, tostring(redis.call('ZRANK', line, entry))} end
      return {entry, redis.call('HGET', p .. 'entry:' .. s .. ':' .. piece(entry), entry) or '', redis.call('ZSCORE', p .. 'away:' .. s, entry) or '', ''}
    end`

/** The entries of customers: arguments in pairs, as customerField gives them. */
export const ownEntriesScript: ViewScript = {
  name: 'own_entries',
  lua: `${entries}
    local found = {}
    for i = 1, #a, 2 do
      local entry = redis.call('HGET', p .. 'who:' .. s .. ':' .. a[i], a[i + 1])
      found[(i + 1) / 2] = entry and look(entry) or {}
    end
    return found`,
}

/** Entries by their numbers, base 36. */
export const entriesScript: ViewScript = {
  name: 'entries',
  lua: `${entries}
    local found = {}
    for i = 1, #a do found[i] = look(a[i]) end
    return found`,
}

/** A piece of the draw's order: argument is its first place. */
export const drawScript: ViewScript = {
  name: 'room_draw',
  lua: `return {redis.call('HGETALL', p .. 'room:' .. s), redis.call('HGET', p .. 'drawn:' .. s, a[1]) or ''}`,
}
