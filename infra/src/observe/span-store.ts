import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import type { KeptSpan } from './span.js'

/** The spans of the last while, in memory and in two files in turns, so that a restart loses none. */
export class SpanStore {
  private spans: KeptSpan[]
  private inFile = 0

  /** @param most spans that are kept; twice as many at times */
  constructor(
    private readonly folder: string,
    private readonly most = 20_000,
  ) {
    mkdirSync(folder, { recursive: true })
    this.spans = [this.file('older'), this.file('spans')].flatMap(read)
    this.inFile = read(this.file('spans')).length
  }

  add(spans: readonly KeptSpan[]): void {
    this.spans.push(...spans)
    appendFileSync(this.file('spans'), spans.map((span) => `${JSON.stringify(span)}\n`).join(''), { mode: 0o600 })
    this.inFile += spans.length
    if (this.inFile < this.most) return
    renameSync(this.file('spans'), this.file('older'))
    this.inFile = 0
    this.spans = this.spans.slice(-this.most)
  }

  /** The trace that the command began, as its id is in the log; null where none is kept. */
  traceOfCommand(commandId: string): string | null {
    return this.spans.findLast(({ attributes }) => attributes['onsale.command.id'] === commandId)?.traceId ?? null
  }

  /** The last trace with a command in it; null where none is kept. */
  lastTrace(): string | null {
    return this.spans.findLast(({ attributes }) => 'onsale.command.id' in attributes)?.traceId ?? null
  }

  /** All of the trace, and of the traces that are linked to it: batches that something of it was in. */
  family(traceId: string): KeptSpan[] {
    const linked = new Set(
      this.spans.filter(({ links }) => links.some((link) => link.traceId === traceId)).map((span) => span.traceId),
    )
    return this.spans.filter((span) => span.traceId === traceId || linked.has(span.traceId))
  }

  private file(name: string): string {
    return join(this.folder, `${name}.ndjson`)
  }
}

/** A last line that was cut off is no span. */
function read(file: string): KeptSpan[] {
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as KeptSpan]
      } catch {
        return []
      }
    })
}
