import { availableParallelism } from 'node:os'
import { findPlanted, plantedTable, wasFound } from './find-planted.js'

/** Of a fresh seed and of a fixed one. */
const freshCommands = 100_000
const fixedCommands = 100_000
/** Three episodes or more: enough for threads to share. */
const sharedCommands = 12_000

const say = (text: string) => process.stdout.write(text)

/**
 * The simulator as a tier of tests: the episodes that once failed, a fixed and a fresh seed, one seed by one
 * thread and by two, and each planted bug. Each is one test. `interrupted` is asked between two of them.
 */
export async function runSimTier(interrupted: () => boolean): Promise<{ passed: number; failed: number }> {
  const { knownSeeds, plantedBugs, simulate } = await import('@onsale/simulator')
  const workers = Math.max(2, availableParallelism())
  const fresh = `${Date.now() % 1_000_000_000}`
  const runs = [
    ...knownSeeds.map(({ seed, commands }) => ({ seed, commands })),
    { seed: 'fixed', commands: fixedCommands },
    { seed: fresh, commands: freshCommands },
  ]
  const count = { passed: 0, failed: 0 }
  for (const { seed, commands } of runs) {
    if (interrupted()) return count
    const report = await simulate({ seed, commands, workers, clock: () => Date.now() })
    say(`${JSON.stringify(report)}\n`)
    if (report.violations.length === 0) count.passed += 1
    else {
      count.failed += 1
      for (const { episode, planned } of report.violations.slice(0, 1))
        say(`failed: ./onsale simulate --seed ${episode} --commands ${planned} --trace\n`)
    }
  }
  if (interrupted()) return count
  const hashes = await hashesByThreads('threads')
  say(`seed threads: ${hashes[0]} by one thread, ${hashes[1]} by two\n`)
  if (hashes[0] === hashes[1]) count.passed += 1
  else count.failed += 1
  if (interrupted()) return count
  const sought = await findPlanted(plantedBugs, '1', workers, ({ bug, why }) => {
    if (why) say(`${bug.name}: ${why}\n`)
  })
  say(plantedTable(sought))
  const found = sought.filter(wasFound).length
  return { passed: count.passed + found, failed: count.failed + sought.length - found }
}

/** However many threads run the episodes, and in whichever order: it is one run. */
async function hashesByThreads(seed: string): Promise<string[]> {
  const { simulate } = await import('@onsale/simulator')
  const hashes: string[] = []
  for (const workers of [1, 2]) {
    const { hash } = await simulate({ seed, commands: sharedCommands, workers, clock: () => Date.now() })
    hashes.push(hash)
  }
  return hashes
}
