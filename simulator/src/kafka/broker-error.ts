/** What a broker answers instead: `type` is the name of a Kafka error code, as kafkajs writes it. */
export class BrokerError extends Error {
  constructor(
    readonly type: string,
    readonly at: { topic: string; partition: number } | null = null,
  ) {
    super(type)
  }
}
