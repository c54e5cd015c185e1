import type { ViewScript } from '@onsale/platform/redis-views'

/** Version and whether people see the show: for who asks whether anything is new. */
export const headScript: ViewScript = {
  name: 'seat_map_head',
  lua: `return redis.call('HMGET', p .. 'show:' .. s, 'plan', 'published')`,
}

/** The show, its areas' counts and the bitmap of each section. */
export const wholeScript: ViewScript = {
  name: 'seat_map_whole',
  lua: `
    local show = redis.call('HMGET', p .. 'show:' .. s, 'plan', 'published', 'sections', 'areas')
    local found = {show[1], show[2], show[3], show[4], redis.call('HGETALL', p .. 'areas:' .. s)}
    if show[3] then
      for section = 0, #cjson.decode(show[3]) - 1 do
        found[#found + 1] = redis.call('GET', p .. 'seats:' .. s .. ':' .. section) or ''
      end
    end
    return found`,
}
