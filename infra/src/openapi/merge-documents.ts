import { isDeepStrictEqual } from 'node:util'

/** As much of an OpenAPI document as merging needs to know. */
export interface OpenApiDocument {
  openapi: string
  info: { title: string; description?: string; version: string }
  paths: Record<string, Record<string, unknown>>
  components?: Record<string, Record<string, unknown>>
  tags?: { name: string }[]
}

/**
 * One document of the commands and the reads, which stand behind one origin. What both say (an operation, a component) must be said
 * alike.
 * @throws where they contradict each other
 */
export function mergeDocuments(documents: OpenApiDocument[]): OpenApiDocument {
  const [first] = documents
  if (!first) throw new Error('nothing to merge')
  const merged: OpenApiDocument = { ...first, paths: {}, components: {}, tags: [] }
  merged.info = { ...first.info, description: documents.flatMap(({ info }) => info.description ?? []).join('\n\n') }
  for (const document of documents) {
    if (document.openapi !== first.openapi)
      throw new Error(`OpenAPI ${document.openapi} and ${first.openapi} do not mix`)
    addAll(merged.paths, document.paths)
    addAll(merged.components as OpenApiDocument['paths'], document.components ?? {})
    merged.tags = [
      ...new Map([...(merged.tags ?? []), ...(document.tags ?? [])].map((tag) => [tag.name, tag])).values(),
    ]
  }
  merged.paths = Object.fromEntries(Object.entries(merged.paths).sort(([a], [b]) => (a < b ? -1 : 1)))
  return merged
}

function addAll(into: OpenApiDocument['paths'], from: OpenApiDocument['paths']): void {
  for (const [place, entries] of Object.entries(from)) {
    const there = into[place] ?? {}
    into[place] = there
    for (const [name, entry] of Object.entries(entries)) {
      if (name in there && !isDeepStrictEqual(there[name], entry))
        throw new Error(`${place} ${name} is described twice, differently`)
      there[name] = entry
    }
  }
}
