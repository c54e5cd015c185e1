import type { RecordMetadata } from 'kafkajs'

/**
 * Offset of the first record that a send appended to the partition. Where a partition's leader moves between two tries, kafkajs may leave
 * its records out, and says so by silence alone.
 * @throws where the send says nothing of the partition
 */
export function firstOffsetIn(answers: readonly RecordMetadata[], partition: number): number {
  const answer = answers.find((it) => it.partition === partition)
  if (answer?.baseOffset === undefined) throw new Error(`partition ${partition} was not acknowledged`)
  return Number(answer.baseOffset)
}
