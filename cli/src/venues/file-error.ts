import type { z } from 'zod'

/** A file that can't be used: `field: rule` in one line. */
export class FileError extends Error {
  constructor(field: string, rule: string | null) {
    super(rule === null ? field : `${field}: ${rule}`)
  }
}

/** `zones[0].rows[3].seat_number` */
export function fieldPath(path: readonly PropertyKey[]): string {
  const text = path.reduce<string>(
    (so, part) => (typeof part === 'number' ? `${so}[${part}]` : `${so}${so ? '.' : ''}${String(part)}`),
    '',
  )
  return text || 'the file'
}

/** @throws FileError that names the first field that is wrong, and how many more there are */
export function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [first, ...others] = result.error.issues
  const more = others.length > 0 ? ` (and ${others.length} more)` : ''
  throw new FileError(fieldPath(first?.path ?? []), `${lowerFirst(first?.message ?? 'is not right')}${more}`)
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1)
