import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { auditStack } from '@onsale/cli'
import { followJournal, until } from './claims.js'
import { comeAndGo } from './guests.js'
import { System } from './system.js'

const skewed = 'decider-skewed'
let system: System
let journal: Awaited<ReturnType<typeof followJournal>>
let folder: string
let offsetFile: string

/** Sets the clock of the skewed process, ms too much. */
const setClock = (aheadMs: number) => writeFileSync(offsetFile, String(aheadMs))

beforeAll(async () => {
  system = await System.open()
  journal = await followJournal(system)
  folder = mkdtempSync(join(tmpdir(), 'onsale-clock-'))
  offsetFile = join(folder, 'offset')
  setClock(0)
  writeFileSync(
    join(folder, 'clock.mjs'),
    `import { readFileSync } from 'node:fs'
const real = Date.now
const read = () => Number(readFileSync(${JSON.stringify(offsetFile)}, 'utf8'))
let offset = read()
setInterval(() => { offset = read() }, 50).unref()
Date.now = () => real() + offset
`,
  )
})
afterAll(async () => {
  setClock(0)
  await system.stack.stopAnother(skewed)
  await journal.stop()
  rmSync(folder, { recursive: true })
})

const claimsOf = (owner: string) =>
  journal.records.filter(({ type, data }) => type === 'OwnerClaimed' && (data as { owner: string }).owner === owner)
    .length

async function reasons(): Promise<string> {
  const { url } = (await system.stack.status()).find(({ name }) => name === skewed) ?? { url: '' }
  const answer = await fetch(`${url}/health/ready`).then(
    (response) => response.json() as Promise<{ reasons: string[] }>,
    () => ({ reasons: [] }),
  )
  return answer.reasons.join('; ')
}

it('a decider whose clock is wrong gives its partitions to the one whose is right, says why, and comes back', async () => {
  const shows = [await system.newShow(), await system.newShow(), await system.newShow()]
  setClock(5_000)
  const clock = { NODE_OPTIONS: `--import ${pathToFileURL(join(folder, 'clock.mjs')).href}` }
  await system.stack.startAnother(skewed, 'decider', clock, false)
  const guests = shows.map((showId) => comeAndGo(system, showId, 2))
  const released = () => guests.reduce((sum, one) => sum + one.released.length, 0)

  await until(async () => (await reasons()).includes('ahead of the broker'))
  const claims = claimsOf(skewed)
  expect(claims).toBeLessThanOrEqual(2)
  // The other one has everything, and customers are served.
  await until(() => [0, 1].every((partition) => journal.ownerOf(partition)?.owner === 'decider'))
  const before = released()
  await until(() => released() > before + 100)

  setClock(0)
  await until(async () => claimsOf(skewed) > claims && (await reasons()) === '')
  const after = released()
  await until(() => released() > after + 100)
  for (const one of guests) await one.stop()
  const { violations } = await auditStack(system.stack.connection, { againstReadModel: true })
  expect(violations).toEqual([])
})
