import { beforeAll, expect, test } from '@jest/globals'
import { openApiDocument } from './openapi.js'

interface Operation {
  operationId: string
  parameters: { name: string; in: string; required: boolean; description?: string }[]
  requestBody: { content: Record<string, { schema: { additionalProperties?: boolean; properties?: object } }> }
  responses: Record<string, { description: string; content?: Record<string, object> }>
  security: object[]
}
interface Document {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, object> }
}

let document: Document
beforeAll(async () => {
  document = (await openApiDocument()) as Document
})
const operations = () =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.values(item).map((operation) => [path, operation] as const),
  )
/** But for those that append nothing. */
const commands = () => operations().filter(([path]) => !/\/(heartbeat|pass)$/.test(path))

test('is OpenAPI 3.1 with every route', () => {
  expect(document.openapi).toBe('3.1.0')
  expect(
    Object.entries(document.paths)
      .map(([path, item]) => `${Object.keys(item).join()} ${path}`)
      .sort(),
  ).toEqual([
    ...['close', 'enter', 'heartbeat', 'leave', 'open', 'pass', 'pause', 'resume', 'schedule', 'settings'].map(
      (path) => `post /api/queue/{id}/${path}`,
    ),
    'post /api/shows',
    'post /api/shows/{id}/add-places',
    'post /api/shows/{id}/cancel',
    'post /api/shows/{id}/change-plan',
    'post /api/shows/{id}/lift-admission',
    'post /api/shows/{id}/pause',
    'post /api/shows/{id}/publish',
    'post /api/shows/{id}/reschedule',
    'post /api/shows/{id}/resume',
    'post /api/shows/{id}/withdraw',
    'post /api/tickets/cancel',
    'post /api/tickets/change',
    'post /api/tickets/confirm',
    'post /api/tickets/extend',
    'post /api/tickets/release',
    'post /api/tickets/reserve',
    'post /api/venues',
  ])
  expect(new Set(operations().map(([, { operationId }]) => operationId)).size).toBe(operations().length)
})

test('every operation says what an Idempotency-Key means, and takes a strict body', () => {
  for (const [, { parameters, requestBody, security }] of commands()) {
    const key = parameters.find(({ name }) => name === 'Idempotency-Key')
    expect(key).toMatchObject({ in: 'header', required: true })
    expect(key?.description).toContain('The same key on another show is another command.')
    expect(security).toEqual([{ bearer: [] }])
    expect(requestBody.content['application/json']?.schema.additionalProperties).toBe(false)
    expect(requestBody.content['application/json']?.schema).toHaveProperty('properties')
  }
})

test('every operation says its success and its problems', () => {
  for (const [path, { responses }] of commands()) {
    const statuses = Object.keys(responses)
    for (const status of ['400', '401', '413', '415', '503']) {
      expect([path, statuses]).toEqual([path, expect.arrayContaining([status])])
      expect(responses[status]?.content).toHaveProperty(['application/problem+json'])
    }
    const success = statuses.find((status) => status === '200' || status === '201') as string
    expect(responses[success]?.content).toHaveProperty(['application/json'])
  }
  expect(document.paths['/api/tickets/reserve']?.post?.responses).toHaveProperty('202')
  expect(document.components.schemas).toHaveProperty('Problem')
})

test('a time is a string for the sender, too', () => {
  const schema = document.paths['/api/shows']?.post?.requestBody.content['application/json']?.schema as {
    properties: Record<string, { type: string }>
  }
  expect(schema.properties.salesFrom?.type).toBe('string')
})
