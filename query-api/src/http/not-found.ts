import { partitionOf, showIdPattern } from '@onsale/domain'
import { ProblemError } from '@onsale/platform/http'

export const showNotFound = () => new ProblemError(404, 'show-not-found', 'There is no such show.')

/** The partition of a show; what is not the id of a show is not there. */
export function partitionOfShow(showId: string): number {
  const partition = showIdPattern.test(showId) ? partitionOf(showId) : null
  if (partition === null) throw showNotFound()
  return partition
}
