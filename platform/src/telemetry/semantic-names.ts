/**
 * Every name in our traces: OpenTelemetry's conventions (a test holds them against its package, which is large and stays out
 * of the services), and what is ours under `onsale.`.
 */
export const attribute = {
  serviceName: 'service.name',
  serviceInstance: 'service.instance.id',
  httpMethod: 'http.request.method',
  httpRoute: 'http.route',
  httpStatus: 'http.response.status_code',
  /** Without the query: it may carry an acceptance. */
  urlPath: 'url.path',
  errorType: 'error.type',
  messagingSystem: 'messaging.system',
  messagingOperationType: 'messaging.operation.type',
  messagingOperationName: 'messaging.operation.name',
  messagingDestination: 'messaging.destination.name',
  messagingPartition: 'messaging.destination.partition.id',
  messagingBatchCount: 'messaging.batch.message_count',
  messagingMessageId: 'messaging.message.id',
  /** The correlation id. */
  messagingConversation: 'messaging.message.conversation_id',
  messagingOffset: 'messaging.kafka.offset',
  dbSystem: 'db.system.name',
  dbOperation: 'db.operation.name',
} as const

export const ownAttribute = {
  commandId: 'onsale.command.id',
  commandType: 'onsale.command.type',
  answer: 'onsale.answer',
  projection: 'onsale.projection',
  positionShown: 'onsale.position.shown',
} as const

/** Span names: operation and destination, as the conventions ask; never an id. */
export const spanName = {
  request: (method: string, route: string) => `${method} ${route}`,
  send: (topic: string) => `send ${topic}`,
  process: (topic: string) => `process ${topic}`,
  awaitAnswer: 'await answer',
  decide: 'decide',
  awaitPosition: 'await position',
  transaction: 'sql transaction',
  snapshot: 'sql snapshot',
} as const
