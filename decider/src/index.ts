export {
  HaltError,
  type OwnerPhase,
  PartitionOwner,
  type PartitionOwnerOptions,
  type Plans,
} from './partition-owner.js'
export type { OwnerPorts } from './ports.js'
