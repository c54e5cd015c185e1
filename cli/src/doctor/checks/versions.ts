import { allProjections, listVersions, tableName } from '@onsale/projectors'
import { type Finding, Findings } from '../finding.js'
import type { Patient } from '../patient.js'

const silentMs = 30_000
const longMs = 7 * 86_400_000

/** Versions that nobody goes on with, and tables of versions that are not there. */
export async function versions({ primary, now }: Patient): Promise<Finding[]> {
  const found = new Findings('versions')
  const all = await listVersions(primary)
  const there = all.filter(({ state }) => state !== 'dropped')
  for (const it of there) {
    const name = `version ${it.version} of ${it.projection}`
    if (it.state === 'dropping')
      found.warn(`${name} is half dropped`, `./onsale projections drop ${it.projection} ${it.version} ends it`)
    else if (it.state === 'building' && it.paused)
      found.warn(`${name} is being built and paused`, `./onsale projections resume ${it.projection}, or cancel it`)
    else if (
      it.state === 'building' &&
      (it.worker === null || (it.silentMs ?? 0) > silentMs) &&
      now() - it.createdAt > silentMs
    )
      found.warn(
        `${name} is to be built and no projector is at it`,
        './onsale status: does one run that has its revision?',
      )
    else if (it.state === 'live' && !it.serving && now() - it.createdAt > longMs)
      found.warn(
        `${name} has been kept for a rollback for more than 7 days`,
        `./onsale projections drop ${it.projection} ${it.version}`,
      )
  }
  const [rows] = await primary.query(
    'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()',
  )
  const bases = new Map(allProjections.flatMap(({ name, tables }) => tables.map((table) => [table.name, name])))
  const known = new Set(
    there.flatMap(({ projection, version }) =>
      allProjections
        .filter(({ name }) => name === projection)
        .flatMap(({ tables }) => tables.map((it) => tableName(it, version))),
    ),
  )
  for (const { name } of rows as { name: string }[]) {
    const base = /^(.+)_v\d+$/.exec(name)?.[1] ?? ''
    if (bases.has(base) && !known.has(name))
      found.warn(
        `the table ${name} belongs to no version of ${bases.get(base)}`,
        `nobody reads or feeds it: DROP TABLE ${name}`,
      )
  }
  return found.orOk(`${there.length} versions, each fed or being built`)
}
