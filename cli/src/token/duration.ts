import { CommandError } from '../command.js'

const seconds = { s: 1, m: 60, h: 3_600, d: 86_400 } as const

/** `90s`, `15m`, `1h`, `7d` in seconds, up to a year. @throws CommandError (2) */
export function durationSeconds(text: string): number {
  const match = /^([1-9][0-9]{0,8})([smhd])$/.exec(text)
  const total = match ? Number(match[1]) * seconds[match[2] as keyof typeof seconds] : 0
  if (total < 1 || total > 365 * seconds.d)
    throw new CommandError(`a duration is a number with s, m, h or d, at most 365d: 15m, 1h; not ${text}`, 2)
  return total
}
