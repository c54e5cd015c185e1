import { Writable } from 'node:stream'
import { expect, test } from '@jest/globals'
import type { Logger } from 'pino'
import { createLogger } from './index.js'

const logged = (write: (logger: Logger) => void) => {
  const lines: Record<string, unknown>[] = []
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>)
      done()
    },
  })
  write(createLogger({ service: 'decider', instance: 'decider-1', level: 'info', destination }))
  return lines
}
const base = {
  'log.level': 'info',
  '@timestamp': expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
  'ecs.version': '8.17.0',
  'service.name': 'decider',
  'service.node.name': 'decider-1',
  'event.dataset': 'decider',
  'process.pid': process.pid,
}

test('lines bear the names of the common schema; what it has no name for lies apart', () => {
  const lines = logged((logger) => {
    logger.info({ correlationId: 'c1', method: 'GET', path: '/api/shows', partition: 1 }, 'hello')
    logger.debug('unheard')
  })
  expect(lines).toEqual([
    {
      ...base,
      'http.request.id': 'c1',
      'http.request.method': 'GET',
      'url.path': '/api/shows',
      onsale: { partition: 1 },
      message: 'hello',
    },
  ])
})

test('a library speaks under its own name, and its numbers are no correlation ids', () => {
  const [line] = logged((logger) => logger.child({ 'log.logger': 'kafkajs' }).warn({ correlationId: 7 }, 'slow'))
  expect(line).toMatchObject({ 'log.level': 'warn', 'log.logger': 'kafkajs', onsale: { correlationId: 7 } })
})

test('of an error its type, message, code, stack and causes, and nothing else that hangs on it', () => {
  class SqlError extends Error {
    code = 'ER_DUP_ENTRY'
    sql = "INSERT INTO seats VALUES ('customer-1')"
  }
  const [line] = logged((logger) =>
    logger.error({ err: new Error('not stored', { cause: new SqlError('duplicate') }) }, 'failed'),
  )
  expect(line).toMatchObject({ 'error.type': 'Error', 'error.message': 'not stored: duplicate' })
  expect(line?.['error.stack_trace']).toContain('caused by: ')
  expect(JSON.stringify(logged((logger) => logger.error({ err: new SqlError('duplicate') })))).not.toContain(
    'customer-1',
  )
})

test('credentials, keys and bodies are censored', () => {
  const secret = 'SECRET'
  const [line] = logged((logger) =>
    logger.info({
      headers: { authorization: secret, 'idempotency-key': secret },
      req: { headers: { cookie: secret }, body: { seats: [secret] } },
      token: secret,
      query: { acceptance: secret },
    }),
  )
  expect(JSON.stringify(line)).not.toContain(secret)
  expect(JSON.stringify(line).match(/\[redacted\]/g)).toHaveLength(6)
})
