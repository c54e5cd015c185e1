export { firstOffsetIn } from './appended.js'
export { type CommandRecordFacts, createCommandHeaders } from './command-headers.js'
export { type DeciderMember, decidersIn } from './group-protocol.js'
export { type HeaderName, header } from './headers.js'
export { type Append, AppendUnknownError, IngressProducer } from './ingress-producer.js'
export {
  type CountedRecord,
  type Cursor,
  countedRecords,
  decodeJournal,
  headerNumber,
  headerText,
  type JournalBatch,
  startJournalReader,
} from './journal-reader.js'
export { createKafka, type KafkaSettings } from './kafka.js'
export { type LogEnds, logEnds } from './log-ends.js'
export { LogGapError, type LogReader, type RawBatch, startLogReader } from './log-reader.js'
export { IndefiniteAppendError, type OwnedRecord, type OwnerLog, openOwnerLog, type ParkedRecord } from './owner-log.js'
export { PartitionGroup, type PartitionGroupOptions } from './partition-group.js'
export type { Decision, Placement, PlacementChange } from './placement.js'
export { PlacementWatch } from './placement-watch.js'
export { PlanCatalog } from './plan-catalog.js'
export { readRecordAt } from './point-read.js'
export { ownerClaimedName, ReaderRule } from './reader-rule.js'
export type { JournalRecord, RawRecord } from './records.js'
export { type Compression, type SnapshotHead, SnapshotTopic, type WholeSnapshot } from './snapshot-topic.js'
export { type ContextTopics, type TopicNames, topicNames } from './topics.js'
export { senderOf, tracedBatches, tracedOwnerLog, tracedProducer } from './traced.js'
export { untilItWorks } from './until-it-works.js'
