import type { RoomState } from './state.js'

/**
 * Whose turn it is when both lanes wait. The priority lane is next where its share, with this one, is not above `percent` of all that
 * were admitted while both waited: so it never is, at any prefix, and both lanes go on.
 */
export function priorityIsNext({ all, priority }: { all: number; priority: number }, percent: number): boolean {
  return (priority + 1) * 100 <= percent * (all + 1)
}

/** Gives the places to admit, one by one; -1 where nobody waits any more. The state stays as it is. */
export function nextLane({ queue, contested, settings }: RoomState): () => number {
  const { priorityPercent } = settings
  const share = { ...contested }
  let standard = queue.standard.first()
  let priority = queue.priority.first()
  const takeStandard = () => {
    const place = standard
    standard = queue.standard.next(place + 1)
    return place
  }
  const takePriority = () => {
    const place = priority
    priority = queue.priority.next(place + 1)
    return place
  }
  return () => {
    if (priority < 0) return standard < 0 ? -1 : takeStandard()
    if (standard < 0) return takePriority()
    if (priorityPercent === 0) return priority < standard ? takePriority() : takeStandard()
    const goes = priorityIsNext(share, priorityPercent)
    share.all++
    if (goes) share.priority++
    return goes ? takePriority() : takeStandard()
  }
}
