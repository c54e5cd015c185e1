export { admissionVerifier } from './admission-verifier.js'
export { Decider, type DeciderOptions } from './decider.js'
export { HaltError } from './halt-error.js'
export { type KafkaOwnerOptions, kafkaOwnerPorts } from './kafka-ports.js'
export { createOwnerMetrics, type OwnerMetrics } from './metrics.js'
export { Owners } from './owners.js'
export { type CommandPlace, ParkedCommandError, ParkedCommands, type ShownCommand } from './parked/parked-commands.js'
export type { ParkedCommand, ParkedDecision } from './parked/parked-record.js'
export {
  type OwnerPhase,
  PartitionOwner,
  type PartitionOwnerOptions,
} from './partition-owner.js'
export type { OwnerPorts, Plans } from './ports.js'
export { type Appending, toClaimRecord, toFoldable, toOwnedRecord } from './records.js'
