import { availableParallelism } from 'node:os'
import type { Episode, Report } from '@onsale/simulator'
import { CommandError, type Register } from '../command.js'
import { findPlanted, plantedTable, type Sought, wasFound } from '../simulation/find-planted.js'

interface Options {
  seed?: string
  commands: number
  workers: number
  json?: boolean
  trace?: boolean
  planted?: string | true
}

/** Lines of the trace that are shown before a violation. */
const traced = 80

export const simulate: Register = (program) => {
  program
    .command('simulate')
    .description('the real system over simulated servers, under faults that a seed chooses')
    .option(
      '--seed <seed>',
      'the run to make, or the one episode (`seed/number`) to replay; default: a new one',
      seedText,
    )
    .option('--commands <count>', 'so many commands, about', count(10_000_000), 20_000)
    .option('--workers <count>', 'so many episodes at a time', count(64), Math.max(2, availableParallelism()))
    .option(
      '--trace',
      'of the first episode that fails, or of what is planted: the last steps of the shortest run that fails',
    )
    .option(
      '--planted [name]',
      'instead: look for the mistakes that are planted, one at a time; fails where one is not found',
    )
    .option('--json', 'end with one JSON line')
    .action(async (options: Options) => {
      if (options.planted) return lookForPlanted(options.planted, options)
      const { simulate: run } = await import('@onsale/simulator')
      const seed = options.seed ?? `${Date.now() % 1_000_000_000}`
      const out = options.json ? process.stderr : process.stdout
      out.write(`seed ${seed}\n`)
      const report = await run({
        seed,
        commands: options.commands,
        workers: options.workers,
        clock: () => Date.now(),
        onEpisode: (_, done, all) => {
          if (done % 20 === 0) out.write(`${done} of ${all} episodes\n`)
        },
      })
      const [first] = report.violations
      if (first && options.trace) await explain(first, (text) => out.write(text))
      if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`)
      else out.write(inWords(report))
      if (first) process.exitCode = 1
    })
}

async function lookForPlanted(name: string | true, { seed = '1', workers, json, trace }: Options): Promise<void> {
  const { plantedBugs } = await import('@onsale/simulator')
  const bugs = plantedBugs.filter((bug) => name === true || bug.name === name)
  if (bugs.length === 0)
    throw new CommandError(`--planted: one of ${plantedBugs.map((bug) => bug.name).join(', ')}, not ${name}`, 2)
  const out = json ? process.stderr : process.stdout
  const tell = ({ bug, search, why }: Sought) => {
    out.write(`${bug.name}: ${why || (search?.found ? search.found.detail : 'not found')}\n`)
    if (search?.shortest) out.write(inSteps(search.shortest))
  }
  const all = await findPlanted(bugs, seed, workers, tell, trace)
  out.write(plantedTable(all))
  if (json)
    process.stdout.write(`${JSON.stringify(all.map(({ bug, search }) => search ?? { name: bug.name, found: null }))}\n`)
  if (!all.every(wasFound)) process.exitCode = 1
}

/** The last steps of a failed episode, and the shortest that was found to fail like it. */
async function explain(violation: Report['violations'][number], say: (text: string) => void): Promise<void> {
  const { parts, runEpisode, shrink } = await import('@onsale/simulator')
  const options = { seed: violation.episode, commands: violation.planned, parts, traced }
  const failed = await runEpisode(options)
  if (failed.violations.length === 0) {
    say('the episode does not fail when it is run alone: the simulator is at fault\n')
    return
  }
  const shorter = await shrink(options, failed)
  say(inSteps(shorter.episode))
}

function inSteps({ commands, kinds, trace, violations }: Episode): string {
  const head = `\n${commands} commands, faults: ${kinds.join(', ') || 'none'}\n`
  const text = trace.map(({ at, who, what }) => `${at.toFixed(1).padStart(9)} ms  ${who.padEnd(12)} ${what}\n`).join('')
  return `${head}${text}${violations.map(({ invariant, detail }) => `${invariant}: ${detail}\n`).join('')}\n`
}

function inWords({ seed, commands, accepted, faults, violations, hash, perSecond }: Report): string {
  const struck = Object.entries(faults)
    .map(([kind, times]) => `${kind} ${times}`)
    .join(', ')
  const broken = violations.map(
    ({ episode, planned, invariant, detail }) =>
      `${invariant}: ${detail}\n  again: ./onsale simulate --seed ${episode} --commands ${planned} --trace\n`,
  )
  return [
    `${commands} commands, ${Math.round(accepted * 100)} % accepted, ${perSecond} a second; hash ${hash}\n`,
    `faults: ${struck}\n`,
    ...broken,
    violations.length === 0 ? `no violations (seed ${seed})\n` : `${violations.length} violations (seed ${seed})\n`,
  ].join('')
}

function seedText(text: string): string {
  if (!/^[A-Za-z0-9._-]{1,40}(?:\/(?:room-)?[0-9]{1,6})?$/.test(text))
    throw new CommandError(
      `--seed: letters, digits, dots and dashes, and after a slash the number of an episode, not ${text}`,
      2,
    )
  return text
}

const count = (most: number) => (text: string) => {
  if (!/^[1-9][0-9]{0,8}$/.test(text) || Number(text) > most)
    throw new CommandError(`a whole number from 1 to ${most}, not ${text}`, 2)
  return Number(text)
}
