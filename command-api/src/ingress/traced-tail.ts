import { attribute, isTracing, ownAttribute, spanName, startSpan } from '@onsale/platform/telemetry'
import type { AnswerTail } from './answer-tail.js'

type Tail = Pick<AnswerTail, 'expect' | 'waiting'>

/** Each wait for an answer is a span. Without tracing it is the tail itself. */
export function tracedTail(tail: Tail): Tail {
  if (!isTracing()) return tail
  return {
    get waiting() {
      return tail.waiting
    },
    expect(causationId) {
      const span = startSpan(spanName.awaitAnswer)
      const expected = tail.expect(causationId)
      expected.answer.then(
        ({ record, position }) => {
          span?.setAttributes({
            [ownAttribute.answer]: record.type,
            [attribute.messagingDestination]: position.topic,
            [attribute.messagingPartition]: String(position.partition),
            [attribute.messagingOffset]: record.offset,
          })
          span?.end()
        },
        () => span?.end(),
      )
      return {
        answer: expected.answer,
        cancel() {
          expected.cancel()
          // Ended already where there was an answer.
          if (span?.isRecording()) span.end()
        },
      }
    },
  }
}
