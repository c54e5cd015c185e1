import { readdir, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { type Finding, Findings } from '../finding.js'
import type { Patient } from '../patient.js'

const gib = 1024 ** 3
const advice =
  'make room: a full disk stops the log, and with it every sale; ./onsale projections drop frees old versions'

/** Room where this stack keeps its data, and where a server has a disk of its own, there too. */
export async function disk({ stack }: Patient): Promise<Finding[]> {
  const found = new Findings('disk')
  const { dir } = stack.connection
  const said: string[] = []
  const seen = new Set<number>()
  for (const place of [dir, ...(await foldersOfServers(dir))]) {
    const { dev } = await stat(place)
    if (seen.has(dev)) continue
    seen.add(dev)
    said.push(await look(found, place))
  }
  return found.orOk(said.join('; '))
}

/** None where they are in containers, which keep their data themselves. */
async function foldersOfServers(dir: string): Promise<string[]> {
  const data = join(dir, 'data')
  const names = await readdir(data).catch(() => [])
  return names.map((name) => join(data, name))
}

async function look(found: Findings, place: string): Promise<string> {
  const { bsize, bavail, blocks } = await statfs(place)
  const free = bavail * bsize
  const share = bavail / blocks
  const said = `${(free / gib).toFixed(1)} GiB (${Math.round(share * 100)} %) are free under ${place}`
  if (free < 0.5 * gib || share < 0.02) found.fail(said, advice)
  else if (free < 2 * gib || share < 0.1) found.warn(said, advice)
  return said
}
