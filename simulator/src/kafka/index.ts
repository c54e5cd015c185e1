export { KafkaServer } from './kafka-server.js'
export { PartitionLog, type StoredMessage } from './partition-log.js'
export { simKafka } from './sim-kafka.js'
