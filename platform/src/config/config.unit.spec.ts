import { describe, expect, test } from '@jest/globals'
import {
  acceptanceVariables,
  ConfigError,
  httpVariables,
  kafkaVariables,
  keySecretVariables,
  parseConfig,
  processVariables,
  redisVariables,
  registryVariables,
  sqlPrimaryVariables,
  waitVariable,
} from './index.js'

const variables = {
  ...processVariables('decider'),
  ...kafkaVariables,
  ...registryVariables,
  ...sqlPrimaryVariables,
  ...redisVariables,
  ...httpVariables,
  ...keySecretVariables,
  ...acceptanceVariables,
  waitMs: waitVariable('ONSALE_ANSWER_WAIT_MS', 3_000),
}
const secret = Buffer.alloc(32, 7).toString('base64url')
const good = {
  ONSALE_KAFKA_BROKERS: 'a:9092, b.example:9093',
  ONSALE_REGISTRY_URL: 'http://localhost:8081/apis/ccompat/v7/',
  ONSALE_SQL_PRIMARY_URL: 'mysql://u:p@localhost:3306/onsale',
  ONSALE_REDIS_URL: 'redis://localhost:6379',
  ONSALE_HTTP_PORT: '0',
  ONSALE_KEY_SECRET: secret,
  ONSALE_ACCEPTANCE_SECRET: secret,
}

test('reads what is set and takes defaults for the rest', () => {
  expect(parseConfig(variables, good)).toEqual({
    env: 'local',
    instance: `decider-${process.pid}`,
    logLevel: 'info',
    kafkaBrokers: ['a:9092', 'b.example:9093'],
    registryUrl: 'http://localhost:8081/apis/ccompat/v7',
    schemaBundle: null,
    sqlPrimaryUrl: 'mysql://u:p@localhost:3306/onsale',
    redisUrl: 'redis://localhost:6379',
    httpHost: '127.0.0.1',
    httpPort: 0,
    keySecret: Buffer.alloc(32, 7),
    acceptanceSecret: Buffer.alloc(32, 7),
    waitMs: 3_000,
  })
})

test('an empty variable is an unset one', () => {
  expect(parseConfig(variables, { ...good, ONSALE_ENV: '' }).env).toBe('local')
})

const linesOf = (env: Record<string, string>) => {
  try {
    parseConfig(variables, env)
    return []
  } catch (error) {
    return (error as ConfigError).lines
  }
}

test('names every bad variable at once, a line each', () => {
  expect(linesOf({ ONSALE_ENV: 'Prod', ONSALE_HTTP_PORT: '70000', ONSALE_KEY_SECRET: 'short' })).toEqual([
    'ONSALE_ENV: must be 1 to 32 of a-z, 0-9 and -',
    'ONSALE_KAFKA_BROKERS is not set',
    'ONSALE_REGISTRY_URL is not set',
    'ONSALE_SQL_PRIMARY_URL is not set',
    'ONSALE_REDIS_URL is not set',
    'ONSALE_HTTP_PORT: must be an integer from 0 to 65535',
    'ONSALE_KEY_SECRET: must have at least 32 bytes',
    'ONSALE_ACCEPTANCE_SECRET is not set',
  ])
})

describe('each rule refuses', () => {
  test.each([
    ['ONSALE_INSTANCE', 'a b', 'must be 1 to 64 of A-Z, a-z, 0-9, ., _ and -'],
    ['ONSALE_LOG_LEVEL', 'loud', 'must be fatal, error, warn, info, debug, trace or silent'],
    ['ONSALE_KAFKA_BROKERS', 'a:9092,b', 'must be host:port, comma-separated'],
    ['ONSALE_REGISTRY_URL', 'ftp://x', 'must be a URL that begins with http:// or https://'],
    ['ONSALE_SQL_PRIMARY_URL', 'postgres://x/y', 'must be a URL that begins with mysql://'],
    [
      'ONSALE_SQL_PRIMARY_URL',
      'mysql://localhost:3306',
      'must name a database: mysql://user:password@host:port/database',
    ],
    ['ONSALE_REDIS_URL', 'nonsense', 'must be a URL that begins with redis:// or rediss://'],
    ['ONSALE_HTTP_PORT', '-1', 'must be an integer from 0 to 65535'],
    ['ONSALE_HTTP_PORT', '1e3', 'must be an integer from 0 to 65535'],
    ['ONSALE_KEY_SECRET', `${secret}=`, 'must be base64url'],
    ['ONSALE_ANSWER_WAIT_MS', '600001', 'must be an integer from 0 to 600000'],
  ])('%s=%s', (name, value, rule) => {
    expect(linesOf({ ...good, [name]: value })).toEqual([`${name}: ${rule}`])
  })
})
