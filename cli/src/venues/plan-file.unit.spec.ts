import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { readPlanFile } from './plan-file.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onsale-plans-'))
})
afterAll(() => rm(folder, { recursive: true }))

const written = async (content: string | Buffer) => {
  const file = join(folder, 'plan.json')
  await writeFile(file, content)
  return file
}
const refusal = async (content: string | Buffer): Promise<string> => {
  const error = await readPlanFile(await written(content), 'guid').catch((it: Error) => it)
  if (!(error instanceof Error)) throw new Error('it was taken')
  return error.message
}

const pretix = (seats: object[], categories: object[] = [{ name: 'A' }]) =>
  JSON.stringify({
    name: 'Hall',
    size: { width: 1, height: 1 },
    categories,
    zones: [{ position: { x: 0, y: 0 }, rows: [{ row_number: '1', seats }] }],
  })
const seat = (n: number) => ({
  seat_guid: `s${n}`,
  seat_number: `${n}`,
  position: { x: n % 1_000, y: Math.floor(n / 1_000) },
  category: 'A',
})
const ours = (more: object) => ({
  name: 'Hall',
  focalPoint: { x: 0, y: 0 },
  categories: [{ id: 'a', name: 'A', color: '#112233' }],
  sections: [],
  areas: [{ id: 'floor', name: 'Floor', category: 'a', capacity: 1 }],
  ...more,
})

describe('a hostile plan is refused in one line that names field and rule, before it costs memory', () => {
  it('of 100 MB: by its size, unread', async () => {
    const file = join(folder, 'large.json')
    const handle = await open(file, 'w')
    await handle.truncate(100 * 1024 * 1024)
    await handle.close()
    await expect(readPlanFile(file, 'guid')).rejects.toThrow('size: must be at most 32 MiB, the file has 100 MiB')
  })

  it('nested millions of levels deep: by the first level too many', async () => {
    const levels = 8_000_000
    expect(await refusal(Buffer.concat([Buffer.alloc(levels, '['), Buffer.alloc(levels, ']')]))).toBe(
      'nesting: must be at most 32 levels deep, line 1 is deeper',
    )
    expect(await refusal(`{"name":\n${'{"a":'.repeat(40)}1${'}'.repeat(41)}`)).toContain('line 2 is deeper')
  })

  it('of ten million empty things', async () => {
    expect(await refusal(`[${'{},'.repeat(10_000_000)}{}]`)).toBe(
      'the file: must have at most 3000000 values, it has more',
    )
  })

  it('of a million seats: by their number, in both formats', async () => {
    const short = Array.from({ length: 1_000_000 }, () => 0)
    expect(await refusal(pretix(short as never))).toBe('zones: must have at most 120000 seats, they have 1000000')
    const sections = [{ id: 's', name: 'S', rows: [{ id: 'r', name: 'R', seats: short }] }]
    expect(await refusal(JSON.stringify(ours({ sections })))).toBe(
      'sections: must have at most 120000 seats, they have 1000000',
    )
    const real = Array.from({ length: 200_000 }, (_, n) => seat(n))
    expect(await refusal(pretix(real))).toBe('zones: must have at most 120000 seats, they have 200000')
  })

  it('of 120,000 mistakes: by the first one', async () => {
    const wrong = Array.from({ length: 120_000 }, () => ({ a: 1, b: 2 }))
    expect(await refusal(pretix(wrong))).toMatch(/^zones\[0\]\.rows\[0\]\.seats\[0\]\.\w+: invalid input/)
    expect(await refusal(JSON.stringify({ ...JSON.parse(pretix([])), zones: wrong }))).toBe(
      'zones: must have at most 1000 elements, has 120000',
    )
  })

  it('of no seats at all', async () => {
    expect(await refusal(pretix([]))).toBe('zones: must have at least one seat')
    expect(await refusal(JSON.stringify(ours({ areas: [] })))).toContain('a plan has at least one place')
  })

  it.each(['NaN', 'Infinity', '-Infinity'])('with %s for a coordinate', async (word) => {
    const text = pretix([seat(1)]).replace('"x":1', `"x":${word}`)
    expect(await refusal(`\n${text}`)).toBe(`line 2: numbers must be finite, there is ${word.replace('-', '')}`)
  })

  it('with a number that is too large to be one', async () => {
    const text = pretix([seat(1)]).replace('"x":1', '"x":1e999')
    expect(await refusal(text)).toMatch(/^zones\[0\]\.rows\[0\]\.seats\[0\]\.position\.x: .*number/)
  })

  it('with two categories of one name', async () => {
    expect(await refusal(pretix([seat(1)], [{ name: 'A' }, { name: 'A' }]))).toBe(
      'categories[1].name: must be unique, "A" is the name of categories[0] too',
    )
    const twice = [1, 2].map(() => ({ id: 'a', name: 'A', color: '#112233' }))
    expect(await refusal(JSON.stringify(ours({ categories: twice })))).toContain('categories[1].id: "a" is the id of')
  })

  it.each([
    ['', 'the file: must be JSON, '],
    ['{"name": "Hall"', 'the file: must be JSON, '],
    ['{"name": NaN}', 'line 1: numbers must be finite'],
    ['null', 'the file: '],
    ['"zones"', 'the file: '],
    ['[]', 'the file: '],
    ['{"sections": null}', 'name: '],
    ['{"zones": {"length": 1e9}}', 'name: '],
  ])('that is %j', async (content, message) => {
    const said = await refusal(content)
    expect(said).toContain(message)
    expect(said).not.toContain('\n')
  })
})

it('takes words and brackets in texts for what they are', async () => {
  const named = { ...seat(1), seat_number: 'NaN [[{{ \\" Infinity' }
  const { plan } = await readPlanFile(await written(pretix([named])), 'guid')
  expect(plan.sections[0]?.rows[0]?.seats[0]?.number).toBe(named.seat_number)
})

it('takes a stadium of 120,000 seats', async () => {
  const seats = Array.from({ length: 120_000 }, (_, n) => seat(n))
  const { plan } = await readPlanFile(await written(pretix(seats)), 'guid')
  expect(plan.sections[0]?.rows[0]?.seats).toHaveLength(120_000)
})

it('keeps what our own format says of wheelchairs', async () => {
  const seats = [{ id: 'A-1', number: '1', category: 'a', x: 0, y: 0, accessible: 'wheelchair' }]
  const sections = [{ id: 's', name: 'S', rows: [{ id: 'r', name: 'R', seats }] }]
  const { plan } = await readPlanFile(await written(JSON.stringify(ours({ sections }))), 'guid')
  expect(plan.sections[0]?.rows[0]?.seats[0]?.accessible).toBe('wheelchair')
})
