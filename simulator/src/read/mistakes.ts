import type { Handler, HandlerContext, JournalTypes, Projection, RowBatch } from '@onsale/projectors'
import { hashText } from '../kernel/random.js'

/** Code that fails on some events of streams, as a release may that has a bug: of one projection, of so many in a hundred. */
export interface Mistake {
  projection: string
  percent: number
  salt: number
}

export function withMistake(projection: Projection, mistake: Mistake): Projection {
  if (projection.name !== mistake.projection) return projection
  const on = Object.fromEntries(
    Object.entries(projection.on).map(([type, handler]) => [
      type,
      (
        event: { partition: number; offset: number; streamVersion: number | null },
        rows: RowBatch,
        context: HandlerContext,
      ) => {
        // One of no stream would rightly stop the projection.
        const fails = hashText(`${event.partition}/${event.offset}`, mistake.salt) % 100 < mistake.percent
        if (fails && event.streamVersion !== null) throw new Error('a mistake in the code')
        ;(handler as Handler<keyof JournalTypes>)(event as never, rows, context)
      },
    ]),
  )
  return { ...projection, on }
}
