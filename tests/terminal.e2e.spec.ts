import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { System } from './system.js'
import { onsale } from './terminal.js'

const seat = (n: number, over: object = {}) => ({
  seat_number: `${n}`,
  seat_guid: `A-${n}`,
  uuid: `00000000-0000-4000-8000-00000000000${n}`,
  position: { x: n * 25, y: 0 },
  category: 'Best',
  ...over,
})
const pretix = (seats: object[]) => ({
  name: 'A plan of pretix',
  categories: [{ name: 'Best', color: '#F44336' }],
  zones: [
    { name: 'Ground floor', position: { x: 0, y: 0 }, rows: [{ row_number: 'A', position: { x: 0, y: 0 }, seats }] },
  ],
  size: { width: 100, height: 100 },
})

describe('./onsale', () => {
  let system: System
  let dir: string
  let files: string

  beforeAll(async () => {
    system = await System.open()
    dir = system.stack.connection.dir
    files = mkdtempSync(join(tmpdir(), 'onsale-e2e-'))
  })
  afterAll(() => rmSync(files, { recursive: true, force: true }))

  const file = (name: string, content: unknown) => {
    const path = join(files, name)
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
    return path
  }

  it('token prints a token and nothing else, and the API takes it', async () => {
    const { out, err, code } = await onsale(
      dir,
      'token',
      '--customer',
      'carol',
      '--role',
      'organizer',
      'visitor',
      '--ttl',
      '5m',
    )
    expect({ err, code }).toEqual({ err: '', code: 0 })
    expect(out).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/)
    const claims = JSON.parse(Buffer.from(out.split('.')[1] as string, 'base64url').toString())
    expect(claims).toMatchObject({ sub: 'carol', roles: ['organizer', 'visitor'] })
    expect(claims.exp - claims.iat).toBe(300)
    const answer = await system.post('/api/venues', out.trim(), {})
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-input' } })
  })

  it.each([
    [['token'], "onsale: required option '--customer <id>' not specified"],
    [['token', '--customer', 'a b'], 'onsale: --customer: 1 to 64 of A-Z, a-z, 0-9, _ and -'],
    [
      ['token', '--customer', 'a', '--ttl', '1y'],
      'onsale: a duration is a number with s, m, h or d, at most 365d: 15m, 1h; not 1y',
    ],
    [['demo', '--buyers', '-1'], 'onsale: a whole number from 1, not -1'],
    [['demo', '--kill', 'mysql'], 'onsale: --kill: there is decider, command-api, projectors, query-api, no mysql'],
    [['venues', 'import', '/nowhere'], 'onsale: /nowhere: the file: does not exist or cannot be read'],
  ])('%j is bad usage: one line, exit 2', async (args, line) => {
    expect(await onsale(dir, ...args)).toEqual({ out: '', err: `${line}\n`, code: 2 })
  })

  it('venues import stores a plan of pretix, shows schedule sells it', async () => {
    const path = file('good.json', pretix([seat(1), seat(2)]))
    const imported = await onsale(dir, 'venues', 'import', path)
    expect(imported).toMatchObject({ code: 0, err: expect.stringContaining('focal point') })
    const [line, planHash = ''] = imported.out.trim().split('\n')
    expect(line).toBe('A plan of pretix: 2 seats, 0 places in areas')
    const price = ['--title', 'A night', '--currency', 'KRW', '--price', 'best=50000']
    const scheduled = await onsale(dir, 'shows', 'schedule', planHash, ...price)
    expect(scheduled.code).toBe(0)
    const showId = scheduled.out.trim()
    const held = await system.post('/api/tickets/reserve', await system.token('dora'), { showId, seats: ['A-2'] })
    expect(held).toMatchObject({ status: 201, body: { currency: 'KRW', totalMinor: 50_000 } })
  })

  it('venues import refuses ids that repeat, and takes the one that does not', async () => {
    const path = file('repeats.json', pretix([seat(1), seat(2, { seat_guid: 'A-1' })]))
    expect(await onsale(dir, 'venues', 'import', path)).toEqual({
      out: '',
      err:
        `onsale: ${path}: seat_guid: must be unique, 1 of 2 seats repeat another's (A-1, …); ` +
        'take another id with --seat-id uuid or --seat-id position\n',
      code: 2,
    })
    expect((await onsale(dir, 'venues', 'import', path, '--seat-id', 'uuid')).code).toBe(0)
  })

  it.each([
    ['not-json.json', '{"name": ', /: the file: must be JSON, /],
    [
      'nan.json',
      JSON.stringify(pretix([seat(1)])).replace('"x":25', '"x":NaN'),
      /: line 1: numbers must be finite, there is NaN/,
    ],
    [
      'huge-number.json',
      JSON.stringify(pretix([seat(1)])).replace('"x":25', '"x":1e999'),
      /: zones\[0\]\.rows\[0\]\.seats\[0\]\.position\.x: /,
    ],
    [
      'wrong-shape.json',
      '{"name":"x","categories":[{"name":"Best"}],"zones":{},"size":{"width":1,"height":1}}',
      /: zones: /,
    ],
    ['list.json', '[]', /: the file: /],
    [
      'category.json',
      pretix([seat(1, { category: 'Worst' })]),
      /seats\[0\]\.category: must be the name of one of the categories, is "Worst"/,
    ],
    ['long-id.json', pretix([seat(1, { seat_guid: 'x'.repeat(65) })]), /seats\[0\]\.id: an id has 1 to 64 characters/],
  ])('venues import of %s: one line with field and rule, exit 2', async (name, content, line) => {
    const { out, err, code } = await onsale(dir, 'venues', 'import', file(name, content))
    expect({ out, code, lines: err.trim().split('\n').length }).toEqual({ out: '', code: 2, lines: 1 })
    expect(err).toMatch(line)
  })

  it('venues import of 100 MB reads none of it', async () => {
    const path = file('large.json', '')
    truncateSync(path, 100 * 1024 * 1024)
    expect(await onsale(dir, 'venues', 'import', path)).toEqual({
      out: '',
      err: `onsale: ${path}: size: must be at most 32 MiB, the file has 100 MiB\n`,
      code: 2,
    })
  })

  it('what it prints into a pipe arrives whole', async () => {
    const path = join(files, 'theatre.json')
    expect((await onsale(dir, 'venues', 'generate', 'theatre', '--seats', '20000', '--out', path)).code).toBe(0)
    const { out } = await onsale(dir, 'venues', 'generate', 'theatre', '--seats', '20000')
    expect(out.length).toBeGreaterThan(1_000_000)
    expect(out).toBe(readFileSync(path, 'utf8'))
  })

  it('events prints a show as it lies in the log', async () => {
    const showId = await system.newShow()
    const held = await system.post('/api/tickets/reserve', await system.token('eve'), { showId, seats: ['B-7'] })
    const { out, code } = await onsale(dir, 'events', '--show', showId, '--json')
    expect(code).toBe(0)
    const events = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(events.map(({ type, streamVersion }) => [type, streamVersion])).toEqual([
      ['ShowScheduled', 1],
      ['SeatsHeld', 2],
    ])
    expect(events[1].data).toMatchObject({ reservationId: held.body.reservationId, customerId: 'eve' })
  })
})
