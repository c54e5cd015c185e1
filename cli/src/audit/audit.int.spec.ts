import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { localCodec } from '@onsale/platform/codec'
import { Kafka, logLevel } from 'kafkajs'
import type { AuditResult } from './audit.js'
import { auditLog } from './run-audit.js'
import { plantLog } from './testing/plant.js'
import { planted } from './testing/planted.js'

describe('the audit of a log on a real broker', () => {
  let result: AuditResult
  let remove: () => Promise<void>

  beforeAll(async () => {
    const brokers = (process.env.ONSALE_KAFKA_BROKERS ?? '').split(',')
    const kafka = new Kafka({ brokers, clientId: 'audit-int', logLevel: logLevel.NOTHING })
    const env = `audit-${randomUUID()}`
    remove = await plantLog(kafka, localCodec(), env)
    result = (await auditLog({ kafka, codec: localCodec(), env })).result()
  })

  afterAll(() => remove())

  for (const [partition, { title, invariant, also = [] }] of planted.entries())
    it(`${invariant ?? 'nothing wrong'}: ${title}`, () => {
      const own = result.violations.filter((violation) => violation.partition === partition)
      const expected = invariant === null ? [] : [invariant, ...also]
      expect([...new Set(own.map((violation) => violation.invariant))].sort()).toEqual(expected.sort())
    })

  it('ignores what a stale owner wrote, and counts it', () => expect(result.ignoredStale).toBe(2))
})
