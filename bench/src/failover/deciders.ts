import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Stack } from '@onsale/infra'
import { partition } from './settings.js'

const names = ['decider-1', 'decider-2'] as const
/** What a standby may be behind and still count as following: a few commands are always on their way. */
const close = 200

/** The two processes that could own the partition. */
export class Deciders {
  private standby = true
  /** Longest time that the event loop of either was kept from its turn, while we looked. */
  longestStallMs = 0

  constructor(private readonly stack: Stack) {}

  async start(standby: boolean): Promise<void> {
    this.standby = standby
    for (const name of names) {
      await this.stack.startAnother(name, 'decider', { ONSALE_STANDBY: standby ? 'on' : 'off' })
    }
  }

  async stop(): Promise<void> {
    for (const name of names) this.stack.kill(name, 'SIGTERM')
    while (names.some((name) => this.stack.pid(name) !== null)) await sleep(20)
  }

  kill(name: string, signal: 'SIGKILL' | 'SIGTERM'): void {
    if (!this.stack.kill(name, signal)) throw new Error(`${name} does not run`)
  }

  restart(name: string): Promise<void> {
    return this.stack.restart(name)
  }

  pid(name: string): number {
    return this.stack.pid(name) as number
  }

  /** The greatest resident set of the two, MiB. */
  rssMiB(): number {
    const sizes = names.map((name) =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.pid(name)}/status`, 'utf8'))?.[1]),
    )
    return Math.round(Math.max(...sizes) / 1024)
  }

  /** Until each serves one partition and, where there is a standby, it follows closely. */
  async settled(): Promise<void> {
    for (;;) {
      const both = await Promise.all(names.map((name) => this.figures(name)))
      const serving = both.map((one) =>
        [...one.keys()].filter((key) => key.startsWith('serving') && one.get(key) === 1),
      )
      const follower = both.find((one) => one.get(`serving ${partition}`) !== 1)
      const behind = follower?.get(`behind ${partition}`) ?? Number.POSITIVE_INFINITY
      if (serving.every(({ length }) => length === 1) && (!this.standby || behind <= close)) return
      await sleep(50)
    }
  }

  private async figures(name: string): Promise<Map<string, number>> {
    const { url } = (await this.stack.status()).find((one) => one.name === name) ?? { url: '' }
    const text = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(2_000) }).then(
      (answer) => answer.text(),
      () => '',
    )
    // Node's own watch, which begins anew with each look.
    const lag = /^nodejs_eventloop_lag_max_seconds (\S+)$/m.exec(text)?.[1]
    this.longestStallMs = Math.max(this.longestStallMs, Math.round(Number(lag ?? 0) * 1_000))
    const found = text.matchAll(/^onsale_decider_(serving|standby_behind_records)\{.*partition="(\d+)".*\} (\S+)$/gm)
    return new Map(
      [...found].map(([, what, of, value]) => [`${what === 'serving' ? what : 'behind'} ${of}`, Number(value)]),
    )
  }
}
