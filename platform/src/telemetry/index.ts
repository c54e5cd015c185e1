export { type HealthAnswer, type HealthCheck, healthAnswer } from './health.js'
export { createLogger, type LoggerOptions } from './logger.js'
export { processingBatch, sendingBatch, startSend } from './message-spans.js'
export { createMetrics, createRegistry } from './metrics.js'
export { type OpsServer, type OpsServerOptions, startOpsServer } from './ops-server.js'
export { type ProcessPort, type RunningService, runService } from './run-service.js'
export { attribute, ownAttribute, spanName } from './semantic-names.js'
export { withTracing } from './start-tracing.js'
export { traceparentOf } from './trace-context.js'
export {
  activeExemplar,
  annotate,
  exemplarOf,
  fail,
  inSpan,
  isTracing,
  type SpanOptions,
  startSpan,
  traceparentOfSpan,
  traceWith,
} from './tracing.js'
