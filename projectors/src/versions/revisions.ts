import type { Projection } from '../runtime/index.js'
import { VersionRefusedError } from './version.js'

export const revisionsOf = (definitions: readonly Projection[], projection: string): Projection[] =>
  definitions.filter(({ name }) => name === projection).sort((a, b) => a.revision - b.revision)

export const findRevision = (
  definitions: readonly Projection[],
  projection: string,
  revision: number,
): Projection | null => definitions.find(({ name, revision: its }) => name === projection && its === revision) ?? null

/** @throws VersionRefusedError */
export function revisionOf(definitions: readonly Projection[], projection: string, revision: number): Projection {
  const found = findRevision(definitions, projection, revision)
  if (found) return found
  const known = revisionsOf(definitions, projection).map((it) => it.revision)
  throw new VersionRefusedError(
    known.length === 0
      ? `${projection} is not made from events: nothing to rebuild`
      : `this build has no revision ${revision} of ${projection}; it has ${known.join(', ')}`,
  )
}

/** @throws VersionRefusedError */
export function newestRevision(definitions: readonly Projection[], projection: string): Projection {
  const newest = revisionsOf(definitions, projection).at(-1)
  return newest ?? revisionOf(definitions, projection, 0)
}
