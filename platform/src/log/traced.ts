import { fail, isTracing, processingBatch, sendingBatch, startSend, traceparentOfSpan } from '../telemetry/index.js'
import { attribute, ownAttribute } from '../telemetry/semantic-names.js'
import { header } from './headers.js'
import type { Append } from './ingress-producer.js'
import { headerText, type JournalBatch } from './journal-reader.js'
import type { OwnerLog } from './owner-log.js'
import type { RawRecord } from './records.js'

interface Producer {
  append(append: Append): Promise<{ offset: number }>
}

/** Each append is a span, from which the message's traceparent is. Without tracing it is the producer itself. */
export function tracedProducer(producer: Producer, topic: string): Producer {
  if (!isTracing()) return producer
  return {
    async append(append) {
      const { partition, name, headers } = append
      const span = startSend(
        { topic, partition },
        {
          [attribute.messagingMessageId]: headers[header.id],
          [attribute.messagingConversation]: headers[header.correlationId],
          [ownAttribute.commandId]: headers[header.commandId],
          [ownAttribute.commandType]: name.slice(name.lastIndexOf('.') + 1),
        },
      )
      if (!span) return producer.append(append)
      try {
        const traced = { ...headers, [header.traceparent]: traceparentOfSpan(span) }
        const appended = await producer.append({ ...append, headers: traced })
        span.setAttribute(attribute.messagingOffset, appended.offset)
        return appended
      } catch (error) {
        fail(span, error)
        throw error
      } finally {
        span.end()
      }
    },
  }
}

/** Each append is a span, the transaction. Without tracing it is the log itself. */
export function tracedOwnerLog(log: OwnerLog, topic: string, partition: number): OwnerLog {
  if (!isTracing()) return log
  return {
    append: (records, parked) => sendingBatch({ topic, partition }, records.length, () => log.append(records, parked)),
    close: () => log.close(),
  }
}

/** The traceparent of whoever sent the record; on an event that of whoever sent the command. */
export const senderOf = (record: RawRecord): string | null => headerText(record, header.traceparent)

/** Each batch is a span, linked to the senders of what led to its records. Without tracing it is the callback itself. */
export function tracedBatches(
  topic: string,
  onBatch: (batch: JournalBatch) => Promise<void>,
): (batch: JournalBatch) => Promise<void> {
  if (!isTracing()) return onBatch
  return (batch) =>
    processingBatch(
      { topic, partition: batch.partition },
      () => batch.records.map(senderOf),
      () => onBatch(batch),
    )
}
