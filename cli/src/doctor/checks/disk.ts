import { statfs } from 'node:fs/promises'
import { type Finding, Findings } from '../finding.js'
import type { Patient } from '../patient.js'

const gib = 1024 ** 3

/** Room where this stack keeps its data. */
export async function disk({ stack }: Patient): Promise<Finding[]> {
  const found = new Findings('disk')
  const { bsize, bavail, blocks } = await statfs(stack.connection.dir)
  const free = bavail * bsize
  const share = bavail / blocks
  const said = `${(free / gib).toFixed(1)} GiB (${Math.round(share * 100)} %) are free under ${stack.connection.dir}`
  const advice =
    'make room: a full disk stops the log, and with it every sale; ./onsale projections drop frees old versions'
  if (free < 0.5 * gib || share < 0.02) found.fail(said, advice)
  else if (free < 2 * gib || share < 0.1) found.warn(said, advice)
  return found.orOk(said)
}
