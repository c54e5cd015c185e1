export {
  HaltError,
  type OwnerPhase,
  PartitionOwner,
  type PartitionOwnerOptions,
} from './partition-owner.js'
export type { OwnerPorts, Plans } from './ports.js'
