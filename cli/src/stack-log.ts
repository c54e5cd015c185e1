import type { StackConnection } from '@onsale/infra'
import { type Codec, createCodec } from '@onsale/platform/codec'
import { createKafka } from '@onsale/platform/log'
import { createLogger } from '@onsale/platform/telemetry'

export interface StackLog {
  env: string
  kafka: ReturnType<typeof createKafka>
  codec: Codec
  logger: ReturnType<typeof createLogger>
}

/** The log of a running stack, for a command that reads or appends. */
export async function openStackLog({ env, variables }: StackConnection, name: string): Promise<StackLog> {
  const logger = createLogger({ service: name, instance: name, level: 'silent' })
  const kafka = createKafka({ brokers: (variables.ONSALE_KAFKA_BROKERS ?? '').split(','), clientId: name }, logger)
  const codec = await createCodec({
    env,
    registryUrl: variables.ONSALE_REGISTRY_URL ?? '',
    bundleFile: variables.ONSALE_SCHEMA_BUNDLE ?? null,
    logger,
  })
  return { env, kafka, codec, logger }
}
