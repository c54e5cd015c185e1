import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import Table from 'cli-table3'
import { CommandError, type Register } from '../command.js'

const sizes = [738, 2_500, 50_000]

export const bench: Register = (program) => {
  program
    .command('bench')
    .description('what a decision costs on this machine')
    .argument(
      '<what>',
      'best-available: choosing seats in halls of 738, 2,500 and 50,000, and the state of a full house',
    )
    .option('--json', 'end with one JSON line')
    .option('--rounds <count>', 'so many sold-out houses of each size', rounds, 5)
    .action(async (what: string, { json, rounds: perSize }: { json?: boolean; rounds: number }) => {
      if (what !== 'best-available') throw new CommandError(`there is best-available, no ${what}`, 2)
      const { benchBestAvailable } = await import('@onsale/domain/bench')
      const usedBytes = memoryMeter()
      const nowNs = () => Number(process.hrtime.bigint())
      // The first house warms the code up and is not counted.
      benchBestAvailable({ seats: 2_500, rounds: 1, nowNs })
      const halls = sizes.map((seats) => benchBestAvailable({ seats, rounds: perSize, nowNs, usedBytes }))
      const out = json ? process.stderr : process.stdout
      const table = new Table({
        head: ['seats', 'decisions', 'held', 'split', 'refused', 'p50 µs', 'p99 µs', 'max µs', 'state MiB'],
        style: { head: [], border: [], compact: true },
      })
      for (const { seats, decisions, held, split, refused, p50Micros, p99Micros, maxMicros, stateMiB } of halls)
        table.push([seats, decisions, held, split, refused, p50Micros, p99Micros, maxMicros, stateMiB ?? '-'])
      out.write(`${table.toString()}\n`)
      if (json) process.stdout.write(`${JSON.stringify({ bench: what, node: process.version, halls })}\n`)
    })
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

function rounds(text: string): number {
  if (!/^[1-9][0-9]{0,3}$/.test(text)) throw new CommandError(`--rounds: a whole number from 1, not ${text}`, 2)
  return Number(text)
}
