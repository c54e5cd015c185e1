import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mergeDocuments, type OpenApiDocument } from './merge-documents.js'

// Writes docs/openapi.json from what both APIs print of themselves; with --check says whether it is fresh (exit 1 if not).
const root = join(import.meta.dirname, '../../..')
const file = join(root, 'docs/openapi.json')
const documents = ['command-api', 'query-api'].map(
  (room) =>
    JSON.parse(
      execFileSync(process.execPath, [join(root, room, 'dist/openapi-main.js')], {
        encoding: 'utf8',
        maxBuffer: 64 * 1024 * 1024,
      }),
    ) as OpenApiDocument,
)
const text = `${JSON.stringify(mergeDocuments(documents), null, 2)}\n`

if (!process.argv.includes('--check')) writeFileSync(file, text)
else if (readFileSync(file, 'utf8') !== text) {
  process.stderr.write('docs/openapi.json is stale: npm run openapi\n')
  process.exit(1)
}
