import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import Table from 'cli-table3'

const sizes = [738, 2_500, 50_000]

type Hall = ReturnType<typeof import('@onsale/domain/bench').benchBestAvailable>

/** Choosing seats in halls of three sizes, and the state of a full house. */
export async function runBestAvailable(rounds: number): Promise<{ halls: Hall[]; tables: string }> {
  const { benchBestAvailable } = await import('@onsale/domain/bench')
  const usedBytes = memoryMeter()
  const nowNs = () => Number(process.hrtime.bigint())
  // The first house warms the code up and is not counted.
  benchBestAvailable({ seats: 2_500, rounds: 1, nowNs })
  const halls = sizes.map((seats) => benchBestAvailable({ seats, rounds, nowNs, usedBytes }))
  const table = new Table({
    head: ['seats', 'decisions', 'held', 'split', 'refused', 'p50 µs', 'p99 µs', 'max µs', 'state MiB'],
    style: { head: [], border: [], compact: true },
  })
  for (const { seats, decisions, held, split, refused, p50Micros, p99Micros, maxMicros, stateMiB } of halls)
    table.push([seats, decisions, held, split, refused, p50Micros, p99Micros, maxMicros, stateMiB ?? '-'])
  return { halls, tables: table.toString() }
}

/** Bytes in use after a collection, buffers included. */
function memoryMeter(): () => number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  return () => {
    collect()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return heapUsed + arrayBuffers
  }
}
