import type { AnyProjection } from '../runtime/index.js'
import { VersionRefusedError } from './version.js'

export const revisionsOf = (definitions: readonly AnyProjection[], projection: string): AnyProjection[] =>
  definitions.filter(({ name }) => name === projection).sort((a, b) => a.revision - b.revision)

export const findRevision = (
  definitions: readonly AnyProjection[],
  projection: string,
  revision: number,
): AnyProjection | null =>
  definitions.find(({ name, revision: its }) => name === projection && its === revision) ?? null

/** @throws VersionRefusedError */
export function revisionOf(definitions: readonly AnyProjection[], projection: string, revision: number): AnyProjection {
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
export function newestRevision(definitions: readonly AnyProjection[], projection: string): AnyProjection {
  const newest = revisionsOf(definitions, projection).at(-1)
  return newest ?? revisionOf(definitions, projection, 0)
}
