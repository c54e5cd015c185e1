import { ProblemError } from '@onsale/platform/http'
import { z } from 'zod'

/** Opaque: where a page ended, as the sort key of its last row. */
export const encodeCursor = (key: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(key)).toString('base64url')

/** @throws ProblemError 400 where it is not a cursor of this route */
export function decodeCursor<Key>(cursor: string, key: z.ZodType<Key>): Key {
  try {
    return key.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
  } catch (error) {
    throw new ProblemError(400, 'invalid-input', 'The cursor is not one of this route.', {
      errors: [{ field: 'cursor', rule: 'page-cursor' }],
      cause: error,
    })
  }
}

export const cursorField = z.string().max(500).optional().describe('`next` of the page before')
export const nextField = z.string().nullable().describe('Cursor of the next page; null on the last')
