import { createHmac } from 'node:crypto'

/** Of a show's waiting room: its SHA-256 is published when the room is scheduled, the seed itself when it opens, and not before. */
export const seedOf = (drawSecret: Buffer, showId: string): string =>
  createHmac('sha256', drawSecret).update(`seed of ${showId}`).digest('hex')
