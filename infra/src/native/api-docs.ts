import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)

/** Lays out the folder that the origin shows under /api/docs: Swagger UI, its start page, and the merged API description. */
export function layOutApiDocs(root: string, docsDir: string): void {
  mkdirSync(docsDir, { recursive: true })
  const ui = dirname(require.resolve('swagger-ui-dist/package.json'))
  for (const file of ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'])
    copyFileSync(join(ui, file), join(docsDir, file))
  for (const file of ['index.html', 'start.js']) copyFileSync(join(root, 'infra/nginx', file), join(docsDir, file))
  const description = join(root, 'docs/openapi.json')
  if (existsSync(description)) copyFileSync(description, join(docsDir, 'openapi.json'))
}
