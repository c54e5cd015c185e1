import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { type ProblemError, problemOf, validated } from './index.js'

const schema = z.strictObject({
  id: z.string().regex(/^x/, 'show-id'),
  count: z.int().min(1).max(10),
  at: z.iso.datetime({ error: 'not-iso-8601' }),
  list: z.array(z.strictObject({ name: z.string().min(1).max(3) })).max(2),
  color: z.enum(['red', 'blue']).optional(),
  code: z
    .string()
    .regex(/^[a-z]+$/)
    .optional(),
})
const good = { id: 'x1', count: 1, at: '2026-01-01T00:00:00Z', list: [] }

const errorsOf = (value: unknown) => {
  try {
    validated(schema, value)
    return []
  } catch (error) {
    const { status, code, errors } = error as ProblemError
    expect([status, code]).toEqual([400, 'invalid-input'])
    return errors?.map(({ field, rule }) => `${field}: ${rule}`)
  }
}

test('what is right comes back', () => expect(validated(schema, good)).toEqual(good))

test.each<[unknown, string[]]>([
  [undefined, ['body: required']],
  [null, ['body: not-object']],
  [[], ['body: not-object']],
  ['text', ['body: not-object']],
  [{}, ['id: required', 'count: required', 'at: required', 'list: required']],
  [{ ...good, extra: 1, more: 2 }, ['extra: unknown-field', 'more: unknown-field']],
  [{ ...good, list: [{ name: 'a', b: 1 }] }, ['list.0.b: unknown-field']],
  [{ ...good, id: 7 }, ['id: not-string']],
  [{ ...good, id: 'y' }, ['id: show-id']],
  [{ ...good, count: 0 }, ['count: min-1']],
  [{ ...good, count: -1 }, ['count: min-1']],
  [{ ...good, count: 11 }, ['count: max-10']],
  [{ ...good, count: 1.5 }, ['count: not-integer']],
  [{ ...good, count: '1' }, ['count: not-number']],
  [{ ...good, count: null }, ['count: not-number']],
  [{ ...good, at: 'tomorrow' }, ['at: not-iso-8601']],
  [{ ...good, list: [{ name: '' }] }, ['list.0.name: min-1']],
  [{ ...good, list: [{ name: 'abcd' }] }, ['list.0.name: max-3']],
  [{ ...good, list: [1, 2] }, ['list.0: not-object', 'list.1: not-object']],
  [{ ...good, list: [1, 2, 3] }, ['list: max-2']],
  [{ ...good, color: 'green' }, ['color: one-of-red|blue']],
  [{ ...good, code: 'A' }, ['code: format']],
])('%j', (value, expected) => expect(errorsOf(value)?.sort()).toEqual(expected.sort()))

test('a flood of errors is cut', () => {
  const value = { ...good, ...Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`f${at}`, 1])) }
  expect(errorsOf(value)).toHaveLength(100)
})

describe('an error that is not a problem', () => {
  const shape = (error: unknown) => {
    const { status, code } = problemOf(error)
    return [status, code]
  }
  const withCode = (code: string, statusCode: number) => Object.assign(new Error('secret'), { code, statusCode })

  test.each<[string, unknown, [number, string]]>([
    ['Fastify: media type', withCode('FST_ERR_CTP_INVALID_MEDIA_TYPE', 415), [415, 'unsupported-media-type']],
    ['Fastify: too large', withCode('FST_ERR_CTP_BODY_TOO_LARGE', 413), [413, 'body-too-large']],
    ['Fastify: another 400', withCode('FST_ERR_SOMETHING', 400), [400, 'malformed-request']],
    ['Fastify: a 500', withCode('FST_ERR_SOMETHING', 500), [500, 'internal-error']],
    ['Nest', { getStatus: () => 404 }, [404, 'route-not-found']],
    ['the body parser', Object.assign(new SyntaxError('x'), { statusCode: 400 }), [400, 'malformed-request']],
    ['our own SyntaxError', new SyntaxError('x'), [500, 'internal-error']],
    ['another service’s 404', Object.assign(new Error('x'), { statusCode: 404, status: 404 }), [500, 'internal-error']],
    ['a bug', new TypeError('x is not a function'), [500, 'internal-error']],
    ['nothing', undefined, [500, 'internal-error']],
  ])('%s', (_, error, expected) => expect(shape(error)).toEqual(expected))

  test('says nothing of what is inside', () => {
    expect(problemOf(new Error('password=hunter2')).message).toBe('Something went wrong on our side.')
  })
})

test('so many mistakes that nobody could list them are one', () => {
  const open = z.array(z.strictObject({ list: z.array(z.strictObject({ name: z.string(), age: z.int() })) }))
  const list = Array.from({ length: 300_000 }, () => ({ a: 1 }))
  expect(() => validated(open, [{ list }])).toThrow(
    expect.objectContaining({ status: 400, errors: [{ field: 'body', rule: 'too-many-mistakes' }] }),
  )
})
