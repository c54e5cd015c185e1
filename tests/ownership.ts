import { PartitionDesk, type PartitionsStatus } from '@onsale/cli'
import type { System } from './system.js'

/** Who serves the partitions of shows, as `./onsale partitions list` has it. */
export async function ownership({ stack }: System): Promise<PartitionsStatus> {
  const desk = await PartitionDesk.open(stack)
  return ofShows(await desk.status().finally(() => desk.close()))
}

export const ofShows = ({ deciders, partitions, ...more }: PartitionsStatus): PartitionsStatus => ({
  ...more,
  deciders: deciders.filter(({ context }) => context === 'reservation'),
  partitions: partitions.filter(({ context }) => context === 'reservation'),
})

/** Each of so many deciders owns something, and who is to own a partition has claimed it: nothing moves by itself any more. */
export const sharedBy =
  (count: number) =>
  ({ settled, deciders, partitions }: PartitionsStatus): boolean =>
    settled &&
    deciders.length === count &&
    deciders.every(({ owned }) => owned.length > 0) &&
    partitions.every(({ owner, assigned }) => owner !== null && owner.decider === assigned?.decider)
