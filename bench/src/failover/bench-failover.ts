import type { Stack } from '@onsale/infra'
import { cpuMicrosOf } from '../machine/cpu-time.js'
import { Deciders } from './deciders.js'
import { History } from './history.js'
import { PartitionLog } from './partition-log.js'
import { Prober } from './prober.js'
import { burstCommands, type FailoverSettings, fewer } from './settings.js'

/** Ms from the signal to the first command that the next owner answered. */
export interface Measured {
  events: number
  kill: number[]
  planned: number[]
  cold: number[]
  coldPlanned: number[]
  cpuMicrosPerCommand: number
  rssMiB: number
  /** Of an event loop, while a standby catches up and an owner takes over: heartbeats wait so long at most. */
  longestStallMs: number
}

export interface FailoverOutcome {
  sizes: Measured[]
  commands: number
  lost: number
  doubled: number
}

export interface BenchFailoverOptions {
  /** Servers with topics and schemas, and no services. */
  stack: Stack
  settings: FailoverSettings
  say(line: string): void
}

export async function benchFailover({ stack, settings, say }: BenchFailoverOptions): Promise<FailoverOutcome> {
  const log = await PartitionLog.open(stack)
  const history = await History.begin(log)
  const deciders = new Deciders(stack)
  const began = Date.now()
  const sayWhen = (line: string) => say(`${line} (${Math.round((Date.now() - began) / 1_000)} s)`)
  const outcome: FailoverOutcome = { sizes: [], commands: 0, lost: 0, doubled: 0 }
  try {
    for (const events of [...settings.sizes.filter((size) => size < settings.events), settings.events]) {
      const offset = await history.extendTo(events, sayWhen)
      const prober = new Prober(log, history.showId)
      await prober.follow({ offset, claimId: history.claimId })
      const { kills, handOvers, cold } = settings
      const times =
        events === settings.events
          ? { kills, handOvers, cold }
          : { kills: fewer(kills), handOvers: fewer(handOvers), cold: fewer(cold) }
      outcome.sizes.push(await measure(events, times, deciders, prober, sayWhen))
      const { commands, lost, doubled } = await prober.close()
      outcome.commands += commands
      outcome.lost += lost
      outcome.doubled += doubled
    }
    return outcome
  } finally {
    await deciders.stop().catch(() => {})
    await log.close()
  }
}

async function measure(
  events: number,
  { kills, handOvers, cold: coldTimes }: Pick<FailoverSettings, 'kills' | 'handOvers' | 'cold'>,
  deciders: Deciders,
  prober: Prober,
  say: (line: string) => void,
): Promise<Measured> {
  const takeOvers = async (count: number, signal: 'SIGKILL' | 'SIGTERM', what: string): Promise<number[]> => {
    const times: number[] = []
    for (let n = 0; n < count; n += 1) {
      await deciders.settled()
      const before = prober.claim
      if (!before) throw new Error('nobody has claimed the partition')
      const began = Date.now()
      deciders.kill(before.owner, signal)
      await prober.until(
        () => prober.claim?.owner !== before.owner && prober.answered?.claimId === prober.claim?.claimId,
      )
      times.push((prober.answered?.at ?? Number.NaN) - began)
      await deciders.restart(before.owner)
    }
    say(`${events} events, ${what}: ${times.join(' ')} ms`)
    return times
  }
  await deciders.start(true)
  await deciders.settled()
  const owner = deciders.pid(prober.claim?.owner ?? '')
  await prober.burst(burstCommands)
  const cpuBefore = cpuMicrosOf(owner)
  await prober.burst(burstCommands)
  const cpuMicrosPerCommand = Math.round((cpuMicrosOf(owner) - cpuBefore) / burstCommands)
  const rssMiB = deciders.rssMiB()
  prober.start()
  const kill = await takeOvers(kills, 'SIGKILL', 'killed')
  const planned = await takeOvers(handOvers, 'SIGTERM', 'handed over')
  await deciders.settled()
  await deciders.stop()
  await deciders.start(false)
  const cold = await takeOvers(coldTimes, 'SIGKILL', 'killed, no standby')
  const coldPlanned = await takeOvers(coldTimes, 'SIGTERM', 'handed over, no standby')
  await deciders.settled()
  await prober.stop()
  await deciders.stop()
  return {
    events,
    kill,
    planned,
    cold,
    coldPlanned,
    cpuMicrosPerCommand,
    rssMiB,
    longestStallMs: deciders.longestStallMs,
  }
}
