import type { Stack } from '@onsale/infra'
import { createKafka } from '@onsale/platform/log'
import { systemClock, systemTimers } from '@onsale/platform/ports'
import { openPool } from '@onsale/platform/sql'
import { createLogger } from '@onsale/platform/telemetry'
import { CommandError } from '../command.js'
import type { Patient } from './patient.js'

/** @throws CommandError (2) where there is no Kafka to talk to */
export async function openPatient(stack: Stack): Promise<{ patient: Patient; close(): Promise<void> }> {
  const { env, variables } = stack.connection
  const logger = createLogger({ service: 'doctor', instance: 'doctor', level: 'silent' })
  const kafka = createKafka({ brokers: (variables.ONSALE_KAFKA_BROKERS ?? '').split(','), clientId: 'doctor' }, logger)
  const admin = kafka.admin({ retry: { retries: 2, initialRetryTime: 100 } })
  await admin.connect().catch((error: Error) => {
    throw new CommandError(`kafka does not answer: ${error.message}; ./onsale status`, 2)
  })
  const primary = openPool({ url: variables.ONSALE_SQL_PRIMARY_URL ?? '', connections: 2 })
  const replica = openPool({ url: variables.ONSALE_SQL_REPLICA_URL ?? '', connections: 2 })
  return {
    patient: {
      ...{ stack, env, variables, primary, replica, admin },
      now: () => systemClock.now(),
      sleep: (ms) => systemTimers.sleep(ms),
    },
    async close() {
      await Promise.all([admin.disconnect(), primary.end(), replica.end()])
    },
  }
}
