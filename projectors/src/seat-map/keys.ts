import { viewKey } from '../redis/key-batch.js'

/** Hash: plan, published, sections (JSON: seats of each), areas (JSON: [{id, name, category}]). */
export const showKey = (showId: string) => viewKey('show', showId)
/** Hash: for each area `<id> capacity`, `<id> held`, `<id> sold`. */
export const areasKey = (showId: string) => viewKey('areas', showId)
/** String of cells; one that is not there, or ends early, goes on with free seats. */
export const seatsKey = (showId: string, section: number) => viewKey('seats', showId, section)
