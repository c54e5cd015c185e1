import { SingleBar } from 'cli-progress'
import type { VersionStatus } from './projection-desk.js'

export interface RebuildLine {
  projection: string
  version: number
  /** building, caught-up, paused, waiting (no projector is at it), serving, dropped */
  state: string
  passed: number
  total: number
  lag: number
  /** Records a second, over the last seconds; null before there is a rate. */
  rate: number | null
  etaSeconds: number | null
  throttle: number | null
  slowedMs: number
  parkedStreams: number
  /** For so long nothing has been applied though there is more to apply. */
  stillSeconds: number
}

const windowMs = 5_000

/** Progress as a person or a program wants to see it, from one look after the other. */
export class RebuildWatch {
  private readonly looks: { at: number; passed: number }[] = []
  private moved = { at: 0, passed: -1 }
  /** Of the log, at the look before; null at the first. */
  private before: number | null = null

  line(status: VersionStatus, now: number): RebuildLine {
    const { passed, total, lag } = status.progress
    // With a sale running something has always just come: what there was a look ago is all that can be asked for.
    const caughtUp = lag === 0 || (this.before !== null && lag <= total - this.before)
    this.before = total
    this.looks.push({ at: now, passed })
    if (passed !== this.moved.passed || lag === 0 || status.paused) this.moved = { at: now, passed }
    while (this.looks.length > 2 && now - (this.looks[0]?.at ?? now) > windowMs) this.looks.shift()
    const first = this.looks[0] as { at: number; passed: number }
    const seconds = (now - first.at) / 1_000
    const rate = seconds > 0.2 ? Math.round((passed - first.passed) / seconds) : null
    return {
      projection: status.projection,
      version: status.version,
      state: stateOf(status, caughtUp),
      ...{ passed, total, lag, rate },
      etaSeconds: lag === 0 ? 0 : rate ? Math.ceil(lag / rate) : null,
      throttle: status.throttle,
      slowedMs: status.slowedMs,
      parkedStreams: status.parkedStreams,
      stillSeconds: Math.floor((now - this.moved.at) / 1_000),
    }
  }
}

/** Nobody has built for so long: no projector is at it. */
const silentMs = 10_000

function stateOf({ state, serving, paused, worker, silentMs: silent }: VersionStatus, caughtUp: boolean): string {
  if (serving) return 'serving'
  if (state !== 'building') return state
  if (paused) return 'paused'
  if (worker === null || (silent ?? 0) > silentMs) return 'waiting'
  return caughtUp ? 'caught-up' : 'building'
}

/** Long enough for the slowest batch. */
const stillFor = 15
const isStill = ({ state, stillSeconds }: RebuildLine) =>
  (state === 'building' || state === 'waiting') && stillSeconds >= stillFor

export interface ProgressView {
  show(line: RebuildLine): void
  end(): void
}

export const asText = (line: RebuildLine): string => {
  const done = line.total === 0 ? 100 : Math.floor((line.passed / line.total) * 100)
  const eta = line.etaSeconds === null ? 'eta unknown' : `eta ${line.etaSeconds} s`
  const notes = [
    ...(line.throttle === null ? [] : [`throttled to ${line.throttle}/s`]),
    ...(line.slowedMs > 0 ? ['slowed: live projections are behind'] : []),
    ...(isStill(line)
      ? [
          `nothing applied for ${line.stillSeconds} s (./onsale doctor and ./onsale logs projectors say why: a full disk, a server that is away)`,
        ]
      : []),
    ...(line.parkedStreams > 0 ? [`${line.parkedStreams} streams parked`] : []),
  ]
  return [
    `${line.projection} v${line.version} ${line.state}: ${done} %, ${line.passed} of ${line.total} records`,
    `${line.rate ?? '-'}/s, ${eta}, lag ${line.lag}`,
    ...notes,
  ].join(', ')
}

/** A bar on a terminal, a line now and then elsewhere, a JSON object a line for a program. */
export function progressView(json: boolean): ProgressView {
  const out = process.stdout
  if (json) return { show: (line) => void out.write(`${JSON.stringify(line)}\n`), end() {} }
  if (!process.stderr.isTTY) {
    let last = { at: 0, state: '' }
    return {
      show(line) {
        const now = Date.now()
        if (now - last.at < 1_000 && line.state === last.state) return
        last = { at: now, state: line.state }
        out.write(`${asText(line)}\n`)
      },
      end() {},
    }
  }
  const bar = new SingleBar({
    format: '{name} {bar} {percentage}% {value}/{total} {rate}/s eta {left} lag {lag} {state}',
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: false,
  })
  let started = false
  return {
    show(line) {
      const payload = {
        name: `${line.projection} v${line.version}`,
        rate: line.rate ?? '-',
        left: line.etaSeconds === null ? '?' : `${line.etaSeconds} s`,
        lag: line.lag,
        state: isStill(line)
          ? `${line.state}, nothing applied for ${line.stillSeconds} s: ./onsale doctor`
          : line.slowedMs > 0
            ? `${line.state}, slowed for the live ones`
            : line.state,
      }
      if (!started) bar.start(line.total, line.passed, payload)
      started = true
      bar.setTotal(Math.max(1, line.total))
      bar.update(line.passed, payload)
    },
    end() {
      if (started) bar.stop()
      started = false
    },
  }
}
