import { expect, test } from '@jest/globals'
import { mergeDocuments, type OpenApiDocument } from './merge-documents.js'

const document = (
  paths: OpenApiDocument['paths'],
  components: OpenApiDocument['paths'] = {},
  description = 'd',
): OpenApiDocument => ({
  openapi: '3.1.0',
  info: { title: 'Onsale', version: '1.0', description },
  paths,
  components,
  tags: [{ name: 'Shows' }],
})

test('paths, methods and components of both', () => {
  const problem = { type: 'object' }
  const merged = mergeDocuments([
    document({ '/b': { post: { a: 1 } } }, { schemas: { Problem: problem } }, 'Commands.'),
    document(
      { '/b': { get: { b: 1 } }, '/a': { get: {} } },
      { schemas: { Problem: { ...problem }, Show: {} } },
      'Reads.',
    ),
  ])
  expect(merged).toEqual({
    openapi: '3.1.0',
    info: { title: 'Onsale', version: '1.0', description: 'Commands.\n\nReads.' },
    paths: { '/a': { get: {} }, '/b': { post: { a: 1 }, get: { b: 1 } } },
    components: { schemas: { Problem: problem, Show: {} } },
    tags: [{ name: 'Shows' }],
  })
  expect(Object.keys(merged.paths)).toEqual(['/a', '/b'])
})

test('contradictions are refused', () => {
  const one = document({ '/a': { get: { a: 1 } } }, { schemas: { X: { a: 1 } } })
  expect(() => mergeDocuments([one, document({ '/a': { get: { a: 2 } } })])).toThrow(
    '/a get is described twice, differently',
  )
  expect(() => mergeDocuments([one, document({}, { schemas: { X: { a: 2 } } })])).toThrow(
    'schemas X is described twice',
  )
  expect(() => mergeDocuments([one, { ...one, openapi: '3.0.0' }])).toThrow('do not mix')
  expect(() => mergeDocuments([])).toThrow()
})
