import { setTimeout as sleep } from 'node:timers/promises'
import type { Link, Stack } from '@onsale/infra'
import { type Asked, askServer } from './ask-server.js'
import type { Disks } from './disks.js'
import type { History } from './history.js'
import type { LinkProxy } from './link-proxy.js'
import type { Fault } from './plan-faults.js'
import { cpuTicks, isPaused } from './process-state.js'

export interface Injection extends Fault {
  /** Ms of the history. */
  at: number
  /** Commands under way when it began. */
  inFlight: number
  /** What was seen of its effect; null: nothing, so it doesn't count. */
  observed: string | null
  /** From the beginning until the process was ready again, or the link open, ms. */
  mendedAfterMs: number
}

export interface NemesisOptions {
  stack: Stack
  links: ReadonlyMap<string, { proxy: LinkProxy; link: Link }>
  disks: Disks | null
  history: History
  inFlight(): number
  signal: AbortSignal
}

/** A stall that is shorter than this doesn't count, ms. */
const leastStallMs = 500
/** A server that keeps what it writes for a second is to notice that its disk is full. */
const leastFullMs = 3_000
/** One that gives up for want of room may need so long to end. */
const endsWithinMs = 5_000

/** Does one thing to one part of the system, looks whether it had an effect, and mends it. */
export class Nemesis {
  constructor(private readonly options: NemesisOptions) {}

  /** @returns when the damage is there and seen; `mended` resolves when it is repaired. @throws where it can't be repaired */
  async inject(fault: Fault): Promise<{ injection: Injection; mended: Promise<void> }> {
    const { history, inFlight } = this.options
    const injection: Injection = { ...fault, at: history.now(), inFlight: inFlight(), observed: null, mendedAfterMs: 0 }
    history.note('invoke', fault.kind, { target: fault.target, holdMs: fault.holdMs })
    const mend = await this.damage(fault, injection)
    const mended = mend().then(() => {
      injection.mendedAfterMs = Math.round(history.now() - injection.at)
      history.note('ok', fault.kind, { target: fault.target, observed: injection.observed })
    })
    // Whoever waits for it looks at it later.
    mended.catch(() => {})
    return { injection, mended }
  }

  private damage(fault: Fault, injection: Injection): Promise<() => Promise<void>> {
    switch (fault.kind) {
      case 'kill':
        return this.kill(fault, injection)
      case 'restart':
        return this.restart(fault, injection)
      case 'pause':
        return this.pause(fault, injection)
      case 'fill':
        return this.fill(fault, injection)
      default:
        return this.disturb(fault, injection)
    }
  }

  private async kill({ target }: Fault, injection: Injection): Promise<() => Promise<void>> {
    const { stack } = this.options
    const pid = this.pidOf(target)
    stack.kill(target, 'SIGKILL')
    for (let tries = 0; stack.pid(target) !== null && tries < 500; tries += 1) await sleep(10)
    if (stack.pid(target) === null) injection.observed = `pid ${pid} is gone`
    return () => stack.restart(target)
  }

  private async restart({ target }: Fault, injection: Injection): Promise<() => Promise<void>> {
    const { stack } = this.options
    const before = this.pidOf(target)
    return async () => {
      await stack.restart(target)
      const after = stack.pid(target)
      if (after !== null && after !== before) injection.observed = `pid ${before} ended, ${after} is ready`
    }
  }

  private async pause({ target, holdMs }: Fault, injection: Injection): Promise<() => Promise<void>> {
    const { stack } = this.options
    const pid = this.pidOf(target)
    stack.kill(target, 'SIGSTOP')
    try {
      for (let tries = 0; !isPaused(pid) && tries < 100; tries += 1) await sleep(5)
      const before = cpuTicks(pid)
      await this.hold(Math.max(holdMs, leastStallMs + 50))
      if (isPaused(pid) && cpuTicks(pid) === before) injection.observed = `pid ${pid} stood still for ${holdMs} ms`
    } finally {
      stack.kill(target, 'SIGCONT')
    }
    return async () => {}
  }

  /** Who has ended for want of room is started when there is some; who has not, goes on by itself. */
  private async fill({ target, holdMs }: Fault, injection: Injection): Promise<() => Promise<void>> {
    const { stack, disks } = this.options
    if (!disks) throw new Error(`${target} has no disk that could be filled`)
    const pid = this.pidOf(target)
    disks.fill(target)
    try {
      await this.hold(Math.max(holdMs, leastFullMs))
      const after = stack.pid(target) === null ? `pid ${pid} has ended` : `pid ${pid} still runs`
      if (disks.isFull(target)) injection.observed = `no byte could be written for ${holdMs} ms; ${after}`
    } finally {
      disks.free(target)
    }
    return async () => {
      const runs = () => stack.pid(target) !== null
      for (const since = performance.now(); runs() && performance.now() - since < endsWithinMs; ) await sleep(50)
      if (!runs()) await stack.restart(target)
    }
  }

  private async disturb({ kind, target, holdMs, delayMs }: Fault, injection: Injection): Promise<() => Promise<void>> {
    const { proxy, link } = this.linkOf(target)
    const ask = (withinMs: number) => askServer(link.port, link.protocol, withinMs)
    await proxy.become(
      kind === 'cut' ? { kind: 'cut' } : kind === 'stall' ? { kind: 'stalled' } : { kind: 'delayed', ms: delayMs },
    )
    try {
      const [asked] = await Promise.all([
        ask(kind === 'delay' ? 10_000 : leastStallMs),
        this.hold(Math.max(holdMs, leastStallMs + 50)),
      ])
      injection.observed = effectOf(kind, asked, delayMs)
    } finally {
      await proxy.become({ kind: 'open' })
    }
    return async () => {}
  }

  /** Cut short when the run is to end. */
  private async hold(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.options.signal }).catch(() => {})
  }

  private pidOf(target: string): number {
    const pid = this.options.stack.pid(target)
    if (pid === null) throw new Error(`${target} does not run: nothing to do to it`)
    return pid
  }

  private linkOf(target: string) {
    const found = this.options.links.get(target)
    if (!found) throw new Error(`there is no link ${target}`)
    return found
  }
}

function effectOf(kind: Fault['kind'], asked: Asked, delayMs: number): string | null {
  if (kind === 'cut') return asked.kind === 'refused' ? 'a connection was refused' : null
  if (kind === 'stall') return asked.kind === 'silent' ? `nothing was heard for ${leastStallMs} ms` : null
  return asked.kind === 'answered' && asked.afterMs >= delayMs ? `an answer took ${Math.round(asked.afterMs)} ms` : null
}
