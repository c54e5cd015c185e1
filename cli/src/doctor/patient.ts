import type { Stack } from '@onsale/infra'
import type { openPool } from '@onsale/platform/sql'
import type { Kafka } from 'kafkajs'

type Pool = ReturnType<typeof openPool>

/** What the checks look at. */
export interface Patient {
  stack: Stack
  env: string
  variables: Record<string, string>
  primary: Pool
  replica: Pool
  admin: ReturnType<Kafka['admin']>
  /** UTC ms of this machine. */
  now(): number
  sleep(ms: number): Promise<unknown>
}
