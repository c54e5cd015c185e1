import type { ChangeRoom, ScheduleRoom } from './commands.js'

const hourMs = 3_600_000
const hash = /^[0-9a-f]{64}$/

const rules: { [Field in keyof ChangeRoom]?: (value: number) => boolean } = {
  ratePerMinute: whole(1, 600_000),
  slots: whole(1, 100_000),
  admissionMs: whole(1_000, hourMs),
  graceMs: whole(1_000, hourMs),
  priorityPercent: whole(0, 50),
  lobbyFrom: whole(0, Number.MAX_SAFE_INTEGER),
  opensAt: whole(0, Number.MAX_SAFE_INTEGER),
}

/** The fields that break a rule. */
export function wrongSettings(settings: Omit<ChangeRoom, 'reason'>): string[] {
  const wrong = Object.entries(rules)
    .filter(([field, rule]) => !rule(settings[field as keyof typeof settings] as number))
    .map(([field]) => field)
  if (wrong.length === 0 && settings.lobbyFrom > settings.opensAt) wrong.push('opensAt')
  return wrong
}

export const wrongSchedule = (room: ScheduleRoom): string[] => [
  ...(hash.test(room.commitment) ? [] : ['commitment']),
  ...wrongSettings(room),
]

function whole(least: number, most: number) {
  return (value: number) => Number.isInteger(value) && value >= least && value <= most
}
