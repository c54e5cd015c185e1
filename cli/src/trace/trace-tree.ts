import type { KeptSpan } from '@onsale/infra'

interface Node {
  span: KeptSpan
  /** Of another trace, which is linked to the span above. */
  linked: boolean
  children: Node[]
}

const byStart = (a: KeptSpan, b: KeptSpan) => a.startUs - b.startUs

/**
 * The trace as a tree, one line a span: what is of another trace (a batch that something of this one was in) hangs beneath
 * the span that it is linked to.
 */
export function traceTree(traceId: string, spans: readonly KeptSpan[]): string[] {
  const own = spans.filter((span) => span.traceId === traceId)
  if (own.length === 0) return []
  const ids = new Set(own.map(({ spanId }) => spanId))
  const nodeOf = (span: KeptSpan, linked: boolean): Node => {
    const children = spans.filter((it) => it.parentId === span.spanId && it.traceId === span.traceId)
    const batches = linked
      ? []
      : spans.filter(
          (it) =>
            it.traceId !== traceId && it.links.some((link) => link.traceId === traceId && link.spanId === span.spanId),
        )
    return {
      span,
      linked: linked && span.traceId !== traceId && span.parentId === null,
      children: [
        ...children.map((it) => nodeOf(it, span.traceId !== traceId)),
        ...batches.map((it) => nodeOf(it, true)),
      ].sort((a, b) => byStart(a.span, b.span)),
    }
  }
  const roots = own
    .filter(({ parentId }) => parentId === null || !ids.has(parentId))
    .sort(byStart)
    .map((span) => nodeOf(span, false))
  const began = Math.min(...own.map(({ startUs }) => startUs))
  const ended = Math.max(...spans.map(({ endUs }) => endUs))
  const lines: string[][] = []
  for (const root of roots) lay(root, '', '', began, lines)
  const widths = [0, 1, 2].map((column) => Math.max(...lines.map((line) => (line[column] as string).length)))
  return [
    `trace ${traceId}  ${new Date(began / 1_000).toISOString()}  ${ms(ended - began)} in all`,
    ...lines.map(([name = '', at = '', took = '', more = '']) =>
      `${name.padEnd(widths[0] as number)}  ${at.padStart(widths[1] as number)}  ${took.padStart(widths[2] as number)}  ${more}`.trimEnd(),
    ),
  ]
}

function lay({ span, linked, children }: Node, indent: string, branch: string, began: number, lines: string[][]): void {
  const { service, name, startUs, endUs } = span
  lines.push([
    `${indent}${branch}${linked ? '↪ ' : ''}${service}  ${name}`,
    `+${ms(startUs - began)}`,
    ms(endUs - startUs),
    details(span, linked),
  ])
  const below = indent + (branch === '' ? '' : branch === '├─ ' ? '│  ' : '   ')
  for (const [at, child] of children.entries())
    lay(child, below, at === children.length - 1 ? '└─ ' : '├─ ', began, lines)
}

const ms = (us: number) => `${(us / 1_000).toFixed(1)} ms`

function details({ attributes, failed, links, traceId }: KeptSpan, linked: boolean): string {
  const text = (name: string, format: (value: unknown) => string) =>
    attributes[name] === undefined ? [] : [format(attributes[name])]
  return [
    ...(linked ? [`linked batch of ${links.length}, trace ${traceId.slice(0, 8)}…`] : []),
    ...text('http.response.status_code', String),
    ...text('onsale.command.type', String),
    ...text('onsale.answer', String),
    ...text('onsale.projection', String),
    ...text('messaging.kafka.offset', (offset) => `at ${attributes['messaging.destination.partition.id']}/${offset}`),
    ...text('onsale.position.shown', (shown) => (shown ? 'shown' : 'not shown in time')),
    ...(failed ? [`FAILED ${attributes['error.type'] ?? ''}`] : []),
  ].join(' ')
}
