import { type Attributes, type Link, type Span, SpanKind } from '@opentelemetry/api'
import { attribute, spanName } from './semantic-names.js'
import { inSpan, isTracing, remoteSpan, startSpan } from './tracing.js'

interface Destination {
  topic: string
  partition: number
}

const messaging = ({ topic, partition }: Destination, type: 'send' | 'process'): Attributes => ({
  [attribute.messagingSystem]: 'kafka',
  [attribute.messagingOperationType]: type,
  [attribute.messagingOperationName]: type,
  [attribute.messagingDestination]: topic,
  [attribute.messagingPartition]: String(partition),
})

/** The span of sending one message, a child of what is active; null where nothing is traced. */
export const startSend = (destination: Destination, attributes: Attributes): Span | null =>
  startSpan(spanName.send(destination.topic), {
    kind: SpanKind.PRODUCER,
    attributes: { ...messaging(destination, 'send'), ...attributes },
  })

/** Sends several in one go, as a child of what is active. */
export function sendingBatch<Result>(
  destination: Destination,
  count: number,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!isTracing()) return work()
  const attributes = { ...messaging(destination, 'send'), [attribute.messagingBatchCount]: count }
  return inSpan(spanName.send(destination.topic), { kind: SpanKind.PRODUCER, attributes }, work)
}

/**
 * Processes several messages in one go: a trace of its own that is linked to each message's sender, because it is the child of
 * none of them. Where no message says who sent it, or no sender is sampled, there is no span.
 * @param traceparents of the messages, or of those that are taken of them
 */
export function processingBatch<Result>(
  destination: Destination,
  traceparents: () => (string | null)[],
  work: () => Promise<Result>,
): Promise<Result> {
  if (!isTracing()) return work()
  // The events of one command all say the same.
  const links = [...new Set(traceparents())].flatMap((text): Link[] => {
    const remote = remoteSpan(text)
    return remote && remote.traceFlags !== 0 ? [{ context: remote }] : []
  })
  if (links.length === 0) return work()
  const attributes = { ...messaging(destination, 'process'), [attribute.messagingBatchCount]: links.length }
  return inSpan(spanName.process(destination.topic), { kind: SpanKind.CONSUMER, attributes, parent: null, links }, work)
}
