import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { schemas } from './index.js'
import { incompatibilities } from './testing/compatibility.js'

const corpus = join(import.meta.dirname, '../corpus')
const read = (file: string) => readFileSync(join(corpus, file), 'utf8')
const fingerprints = JSON.parse(read('fingerprints.json')) as Record<string, string>

/** Every version of a record, oldest first. */
const versionsOf = (name: string): object[] =>
  Object.keys(fingerprints)
    .filter((file) => file.startsWith(`${name}/`))
    .sort((a, b) => Number.parseInt(a.slice(name.length + 1), 10) - Number.parseInt(b.slice(name.length + 1), 10))
    .map((file) => JSON.parse(read(file)) as object)

test('past versions are as they were written', () => {
  const files = readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.avsc'))
  const digests = files.map((file) => [file, createHash('sha256').update(read(file)).digest('hex')])
  expect(Object.fromEntries(digests)).toEqual(fingerprints)
})

test('no record has left the corpus', () => {
  const names = new Set(Object.keys(fingerprints).map((file) => file.slice(0, file.indexOf('/'))))
  expect([...names].filter((name) => !schemas.has(name))).toEqual([])
})

describe.each([...schemas.values()].map((entry) => [entry.name, entry] as const))('%s', (name, { kind, schema }) => {
  const versions = versionsOf(name)

  test('the newest version in the corpus is the current schema (else: npm run add-version -w @onsale/schemas)', () => {
    expect(versions.at(-1)).toEqual(schema)
  })

  test('reads and is read by what it must', () => {
    // FULL_TRANSITIVE; commands live for days, so the version before is enough for them.
    const past = kind === 'command' ? versions.slice(-2, -1) : versions.slice(0, -1)
    expect(past.flatMap((older) => incompatibilities(older, schema))).toEqual([])
  })
})

describe('compatibility', () => {
  const record = (...fields: object[]) => ({ type: 'record', name: 'R', namespace: 'n', fields })
  const id = { name: 'id', type: 'string' }

  test('a field with a default may come and go', () => {
    expect(incompatibilities(record(id), record(id, { name: 'more', type: ['null', 'int'], default: null }))).toEqual(
      [],
    )
    expect(incompatibilities(record(id, { name: 'more', type: ['null', 'int'], default: null }), record(id))).toEqual(
      [],
    )
  })

  test('a field without a default may not', () => {
    const [backward] = incompatibilities(record(id), record(id, { name: 'more', type: 'int' }))
    expect(backward).toMatch(/^the newer cannot read the older: /)
    const [forward] = incompatibilities(record(id, { name: 'more', type: 'int' }), record(id))
    expect(forward).toMatch(/^the older cannot read the newer: /)
  })

  test('a type may not change', () => {
    expect(incompatibilities(record(id), record({ name: 'id', type: 'long' }))).toHaveLength(2)
    // int → long is fine one way only.
    expect(incompatibilities(record({ name: 'n', type: 'int' }), record({ name: 'n', type: 'long' }))).toHaveLength(1)
  })
})
