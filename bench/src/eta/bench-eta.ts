import { createHash, createHmac } from 'node:crypto'
import { type AdmissionChange, nextDrawn } from '@onsale/domain'
import { type EtaPattern, etaPatterns } from './patterns.js'
import { SimulatedRoom, type Told } from './simulated-room.js'

export interface EtaResult {
  pattern: string
  admitted: number
  forecasts: number
  /** Of those that said anything. */
  withinP90: number
  /** |p50 - real| / real, of those who waited longer than 10 s. */
  meanError: number
  /** Share that said "unknown". */
  unknown: number
}

const hashes = {
  sha256: (text: string) => createHash('sha256').update(text).digest('hex'),
  hmacSha256: (key: string, text: string) => createHmac('sha256', key).update(text).digest('hex'),
}
const entryId = (entry: number) => `0.0193a3c2-7d1e-7c3b-9a52-0c6f3b1d2e4f.${entry}`
const stepMs = 250
const askEveryMs = 15_000
const everyNth = 7
const longestMs = 3_600_000

/** What visitors were told, against how long they really waited, by the room's own decisions in simulated time. */
export function benchEta(seed: number): {
  patterns: EtaResult[]
  withinP90: number
  meanError: number
  forecasts: number
} {
  const all = etaPatterns.map((pattern, at) => ({ pattern, ...play(pattern, seed + at) }))
  const patterns = all.map(({ pattern, room }) => resultOf(pattern, room))
  const told = all.flatMap(({ room }) => outcomes(room))
  return { patterns, ...summaryOf(told) }
}

interface Doing {
  at: number
  change: AdmissionChange
}

function play(pattern: EtaPattern, seed: number): { room: SimulatedRoom } {
  const random = generator(seed)
  const room = new SimulatedRoom(pattern, 1_800_000_000_000)
  for (let n = 0; n < pattern.lobby; n++) room.enter(n)
  room.open((state) => nextDrawn(state, room.now, 100, hashes))
  const begin = room.now
  const arrivals = sorted(Array.from({ length: pattern.later }, () => begin + random() * pattern.laterSeconds * 1_000))
  const leavers = sortedBy(
    Array.from({ length: pattern.lobby + pattern.later }, (_, customer) => ({
      customer,
      at: random() < pattern.leave ? begin + random() * pattern.patienceSeconds * 1_000 : Number.POSITIVE_INFINITY,
    })),
  )
  const doings: Doing[] = []
  const changes = [...pattern.changes]
  let arrived = pattern.lobby
  let askAt = begin
  while (room.now - begin < longestMs) {
    room.now += stepMs
    room.tick()
    while (arrivals[0] !== undefined && arrivals[0] <= room.now) {
      arrivals.shift()
      room.enter(arrived++)
    }
    while (leavers[0] && leavers[0].at <= room.now) room.leave(leavers.shift()?.customer as number)
    if (changes[0] && begin + changes[0].atSeconds * 1_000 <= room.now) {
      const { ratePerMinute, slots } = changes.shift() as (typeof changes)[number]
      room.change(ratePerMinute, slots)
    }
    const now: AdmissionChange[] = []
    for (let at = doings.length - 1; at >= 0; at--) {
      const doing = doings[at] as Doing
      if (doing.at > room.now) continue
      now.push(doing.change)
      doings.splice(at, 1)
    }
    if (now.length > 0) room.report(now)
    for (const entry of room.admit()) {
      const dice = random()
      if (dice < pattern.noShow) continue
      const [least, most] = pattern.busySeconds
      const busyMs = (least + random() * (most - least)) * 1_000
      const comesMs = 1_000 + random() * 5_000
      const reservation = dice < pattern.noShow + pattern.abandon ? 'ended' : 'confirmed'
      doings.push({ at: room.now + comesMs, change: { entryId: entryId(entry), reservation: 'held', places: 2 } })
      doings.push({ at: room.now + comesMs + busyMs, change: { entryId: entryId(entry), reservation, places: 2 } })
    }
    if (room.now >= askAt) {
      room.tellSome(everyNth)
      askAt += askEveryMs
    }
    if (arrivals.length === 0 && room.state?.queue.waiting === 0) break
  }
  return { room }
}

interface Outcome {
  said: Told['said']
  realMs: number
}

/** Of those who were admitted in the end. */
const outcomes = ({ told, admittedAt }: SimulatedRoom): Outcome[] =>
  told.flatMap(({ entry, at, said }) => {
    const admitted = admittedAt.get(entry)
    return admitted === undefined ? [] : [{ said, realMs: admitted - at }]
  })

function summaryOf(told: readonly Outcome[]) {
  const said = told.filter((one): one is { said: NonNullable<Told['said']>; realMs: number } => one.said !== null)
  const within = said.filter(({ said: it, realMs }) => realMs <= it.p90Ms)
  const longer = said.filter(({ realMs }) => realMs > 10_000)
  const errors = longer.map(({ said: it, realMs }) => Math.abs(it.p50Ms - realMs) / realMs)
  return {
    forecasts: said.length,
    withinP90: rounded(within.length / Math.max(1, said.length)),
    meanError: rounded(errors.reduce((sum, error) => sum + error, 0) / Math.max(1, errors.length)),
    unknown: rounded(1 - said.length / Math.max(1, told.length)),
  }
}

function resultOf({ name }: EtaPattern, room: SimulatedRoom): EtaResult {
  return { pattern: name, admitted: room.admittedAt.size, ...summaryOf(outcomes(room)) }
}

export const etaTable = (results: readonly EtaResult[]): string =>
  [
    'within p90  mean error  unknown  forecasts  admitted  pattern',
    ...results.map(({ pattern, admitted, forecasts, withinP90, meanError, unknown }) =>
      [
        percent(withinP90, 10),
        percent(meanError, 11),
        percent(unknown, 8),
        `${forecasts}`.padStart(10),
        `${admitted}`.padStart(9),
        ` ${pattern}`,
      ].join(' '),
    ),
  ].join('\n')

const percent = (share: number, width: number) => `${(share * 100).toFixed(1)} %`.padStart(width)
const rounded = (share: number) => Math.round(share * 1_000) / 1_000
const sorted = (times: number[]) => times.sort((a, b) => a - b)
const sortedBy = <One extends { at: number }>(all: One[]) => all.sort((a, b) => a.at - b.at)

/** mulberry32. */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
