import { createHash } from 'node:crypto'
import { createServer } from 'node:net'

export const portNames = [
  'origin',
  'command-api',
  'query-api',
  'decider',
  'projectors',
  'reactors',
  'kafka',
  'kafka-controller',
  'registry',
  'mysql-primary',
  'mysql-replica',
  'redis-primary',
  'redis-replica',
] as const
export type PortName = (typeof portNames)[number]
export type Ports = Record<PortName, number>

// Below Linux's ephemeral ports (32768 and up), so that no outgoing connection sits on one of ours while we are down.
const first = 20_000
const blockSize = 20
const blocks = 600

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)))
  })
}

/** A stack's own block of ports, by the hash of its folder: two checkouts rarely meet, and where they do the later one moves on. */
function candidates(dir: string): number[] {
  const home = createHash('sha256').update(dir).digest().readUInt32BE(0) % blocks
  const all = blocks * blockSize
  return Array.from({ length: all }, (_, i) => first + ((home * blockSize + i) % all))
}

/**
 * Keeps the ports of an earlier start; replaces those that someone else has taken meanwhile. `inUse` are those that our
 * own running processes hold.
 */
export async function choosePorts(
  dir: string,
  earlier: Partial<Ports>,
  inUse: ReadonlySet<number>,
  taken: ReadonlySet<number> = new Set(),
): Promise<Ports> {
  return chooseNamed(dir, portNames, earlier, inUse, taken)
}

/** As choosePorts, for other names; `others` are ports that the stack has already. */
export async function chooseNamed<Name extends string>(
  dir: string,
  names: readonly Name[],
  earlier: Partial<Record<Name, number>>,
  inUse: ReadonlySet<number>,
  others: ReadonlySet<number>,
): Promise<Record<Name, number>> {
  const ports = { ...earlier } as Record<Name, number>
  const taken = new Set([...others, ...(Object.values(earlier) as number[])])
  const free = candidates(dir)[Symbol.iterator]()
  for (const name of names) {
    const kept = ports[name]
    if (kept && (inUse.has(kept) || (await isFree(kept)))) continue
    ports[name] = await nextFree(free, taken)
    taken.add(ports[name])
  }
  return ports
}

async function nextFree(from: Iterator<number>, taken: ReadonlySet<number>): Promise<number> {
  for (let next = from.next(); !next.done; next = from.next()) {
    if (!taken.has(next.value) && (await isFree(next.value))) return next.value
  }
  throw new Error(`no free port from ${first} to ${first + blocks * blockSize - 1}`)
}

/** One more port for a stack that already has its own. */
export const extraPort = (dir: string, ports: Record<string, number>): Promise<number> =>
  nextFree(candidates(dir)[Symbol.iterator](), new Set(Object.values(ports)))
