import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fullName, readSchemas, schemasRoom } from './avsc-files.ts'

// Adds the current text of every changed schema to the corpus as its next version. Past versions are never rewritten:
// corpus/fingerprints.json holds the SHA-256 of each file.
const corpus = join(schemasRoom, 'corpus')
const fingerprintsFile = join(corpus, 'fingerprints.json')
mkdirSync(corpus, { recursive: true })
const fingerprints: Record<string, string> = existsSync(fingerprintsFile)
  ? (JSON.parse(readFileSync(fingerprintsFile, 'utf8')) as Record<string, string>)
  : {}

for (const schema of readSchemas()) {
  const folder = join(corpus, fullName(schema))
  mkdirSync(folder, { recursive: true })
  const newest = readdirSync(folder).length
  const text = `${JSON.stringify(schema, null, 2)}\n`
  if (newest > 0 && readFileSync(join(folder, `${newest}.avsc`), 'utf8') === text) continue
  const file = `${fullName(schema)}/${newest + 1}.avsc`
  writeFileSync(join(corpus, file), text)
  fingerprints[file] = createHash('sha256').update(text).digest('hex')
  console.log(`added ${file}`)
}
const sorted = Object.fromEntries(Object.entries(fingerprints).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(fingerprintsFile, `${JSON.stringify(sorted, null, 2)}\n`)
