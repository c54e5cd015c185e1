import { paceMs, type RoomSettings, type RoomTimes, type Stretch } from '@onsale/domain'

/** A waiting room as its view has it at one moment. */
export interface RoomLook {
  phase: 'scheduled' | 'lobby' | 'open' | 'closed'
  /** Nobody is admitted for now, and why; null where that is not so. */
  paused: { reason: string; stopped: boolean } | null
  closedReason: string | null
  settings: RoomSettings & RoomTimes
  draw: PublishedDraw
  /** UTC ms, of the opening; null before it. */
  openedAt: number | null
  /** Since when it admits as it does: opened, resumed, or changed. */
  since: number
  /** Null: the show has not been heard of. */
  stock: { freePlaces: number; perCustomerLimit: number } | null
  waiting: number
  away: number
  admitted: number
  active: number
  tally: Readonly<Record<string, number>>
  stretches: Stretch[]
  term: number
}

export interface PublishedDraw {
  commitment: string
  seed: string | null
  lobbyDigest: string | null
  /** So many are drawn, and so many of their places are known. */
  entries: number
  drawn: number
}

/** Null where there is no such room. */
export function roomLookOf([room, tally, pace, line, away, admitted, active]: unknown[]): RoomLook | null {
  const of = fieldsOf(room)
  if (of.size === 0) return null
  const number = (field: string) => Number(of.get(field) ?? 0)
  const openedAt = of.has('openedAt') ? number('openedAt') : null
  const closedReason = of.get('closedReason') ?? null
  return {
    phase: of.get('phase') as RoomLook['phase'],
    paused: number('paused') === 1 ? { reason: of.get('reason') ?? '', stopped: number('stopped') === 1 } : null,
    closedReason,
    settings: {
      ratePerMinute: number('ratePerMinute'),
      slots: number('slots'),
      admissionMs: number('admissionMs'),
      graceMs: number('graceMs'),
      priorityPercent: number('priorityPercent'),
      lobbyFrom: number('lobbyFrom'),
      opensAt: number('opensAt'),
    },
    draw: publishedDrawOf(of),
    openedAt,
    since: Math.max(openedAt ?? 0, number('resumedAt'), number('changedAt')),
    stock: of.has('freePlaces')
      ? { freePlaces: number('freePlaces'), perCustomerLimit: number('perCustomerLimit') }
      : null,
    ...{ waiting: Number(line), away: Number(away), admitted: Number(admitted), active: Number(active) },
    tally: Object.fromEntries([...fieldsOf(tally)].map(([name, count]) => [name, Number(count)])),
    stretches: stretchesOf(fieldsOf(pace)),
    term: number('term'),
  }
}

export const publishedDrawOf = (of: ReadonlyMap<string, string>): PublishedDraw => ({
  commitment: of.get('commitment') ?? '',
  seed: of.get('seed') ?? null,
  lobbyDigest: of.get('lobbyDigest') ?? null,
  entries: Number(of.get('drawEntries') ?? 0),
  drawn: Number(of.get('drawn') ?? 0),
})

export function fieldsOf(pairs: unknown): Map<string, string> {
  const list = pairs as Buffer[]
  const fields = new Map<string, string>()
  for (let at = 0; at < list.length; at += 2) fields.set(`${list[at]}`, `${list[at + 1]}`)
  return fields
}

const kinds = { a: 'admitted', r: 'returned', d: 'departed' } as const

function stretchesOf(fields: ReadonlyMap<string, string>): Stretch[] {
  const stretches = new Map<number, Stretch>()
  for (const [field, count] of fields) {
    const at = Number(field.slice(1)) * paceMs
    const stretch = stretches.get(at) ?? { at, admitted: 0, returned: 0, departed: 0 }
    stretch[kinds[field[0] as keyof typeof kinds]] = Number(count)
    stretches.set(at, stretch)
  }
  return [...stretches.values()].sort((a, b) => a.at - b.at)
}
