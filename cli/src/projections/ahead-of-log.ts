import type { VersionProgress } from '@onsale/projectors'

interface Place {
  projection: string
  version: number
  topic: string
  progress: Pick<VersionProgress, 'partitions'>
}

/**
 * What is at a place that the log does not have (any more), a line each: nothing that is made from this log comes as far.
 * @param ends of each topic, read after the places were: a log grows, and does not shrink
 */
export function aheadOfLog(
  places: readonly Place[],
  ends: ReadonlyMap<string, ReadonlyMap<number, { end: number }>>,
): string[] {
  return places.flatMap(({ projection, version, topic, progress }) =>
    progress.partitions.flatMap(({ partition, nextOffset }) => {
      const end = ends.get(topic)?.get(partition)?.end
      if (end === undefined || nextOffset <= end) return []
      return [
        `version ${version} of ${projection} is at ${nextOffset} of ${topic}/${partition}, and the log ends at ${end}: ` +
          'it was made from another log, or the log lost records (./onsale doctor)',
      ]
    }),
  )
}
