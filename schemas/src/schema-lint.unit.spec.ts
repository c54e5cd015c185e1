import { describe, expect, test } from '@jest/globals'
import { schemas } from './index.js'
import { lintSchema } from './testing/schema-lint.js'

test.each([...schemas.values()].map(({ name, schema }) => [name, schema] as const))(
  '%s keeps the rules',
  (_, schema) => {
    expect(lintSchema(schema)).toEqual([])
  },
)

describe('each rule refuses a schema that breaks it', () => {
  const record = (field: object, more: object = {}) => ({
    type: 'record',
    name: 'Bad',
    doc: 'A record',
    fields: [{ doc: 'A field', ...field }],
    ...more,
  })
  const text = (holds: string) => ({ type: 'string', holds })
  const instant = { type: 'long', logicalType: 'timestamp-millis' }

  test.each([
    ['record without doc', record({ name: 'a', type: 'int' }, { doc: '' }), 'Bad: has no doc'],
    ['field without doc', record({ name: 'a', type: 'int', doc: '' }), 'Bad.a: has no doc'],
    ['bare string', record({ name: 'a', type: 'string' }), 'Bad.a: a string must say what it holds'],
    ['unknown holds', record({ name: 'a', type: text('prose') }), 'Bad.a: a string must say what it holds'],
    ['string in a union', record({ name: 'a', type: ['null', 'string'] }), 'Bad.a: a string must say what it holds'],
    [
      'string in an array',
      record({ name: 'a', type: { type: 'array', items: 'string' } }),
      'Bad.a: a string must say what it holds',
    ],
    ['label elsewhere', record({ name: 'a', type: text('label') }), 'Bad.a: labels are for listed fields only'],
    [
      'enum',
      record({ name: 'a', type: { type: 'enum', name: 'E', symbols: ['X'] } }),
      'Bad.a: open sets are strings, not enums',
    ],
    [
      'map',
      record({ name: 'a', type: { type: 'map', values: 'int' } }),
      'Bad.a: map keys are strings that say nothing of what they hold',
    ],
    [
      'array of nothing',
      record({ name: 'a', type: { type: 'array', items: 'null' } }),
      'Bad.a: an array item takes at least a byte',
    ],
    ['float', record({ name: 'a', type: 'double' }), 'Bad.a: no floating point in the log'],
    [
      'email',
      record({ name: 'customerEmail', type: text('id') }),
      'Bad.customerEmail: "email" smells of a direct identifier',
    ],
    ['ip', record({ name: 'clientIp', type: text('id') }), 'Bad.clientIp: "ip" smells of a direct identifier'],
    [
      'token',
      record({ name: 'deviceToken', type: text('id') }),
      'Bad.deviceToken: "device" smells of a direct identifier',
    ],
    ['name', record({ name: 'name', type: text('id') }), 'Bad.name: a name may be a person’s'],
    ['time as long', record({ name: 'soldAt', type: 'long' }), 'Bad.soldAt: a time is a timestamp-millis long'],
    [
      'time as text',
      record({ name: 'openFrom', type: text('code') }),
      'Bad.openFrom: a time is a timestamp-millis long',
    ],
    ['money without unit', record({ name: 'price', type: 'long' }), 'Bad.price: money ends in Minor'],
    ['money as int', record({ name: 'priceMinor', type: 'int' }), 'Bad.priceMinor: money is a long'],
    [
      'nested record',
      record({
        name: 'a',
        type: { type: 'array', items: { ...record({ name: 'b', type: 'string' }), name: 'Inner' } },
      }),
      'Inner.b: a string must say what it holds',
    ],
  ])('%s', (_, schema, rule) => {
    expect(lintSchema(schema)).toEqual([rule])
  })

  test('what is right stays unsaid', () => {
    expect(lintSchema(record({ name: 'soldAt', type: ['null', instant] }))).toEqual([])
    expect(lintSchema(record({ name: 'ids', type: { type: 'array', items: text('id') } }))).toEqual([])
  })
})
