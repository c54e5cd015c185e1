import {
  type Attributes,
  type Context,
  context,
  type Link,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { traceparentOf } from './trace-context.js'

let tracer: Tracer | null = null

/** Null: nothing is traced, and whatever is asked for here comes down to the work alone. */
export function traceWith(it: Tracer | null): void {
  tracer = it
}

export const isTracing = () => tracer !== null

export interface SpanOptions {
  kind?: SpanKind
  attributes?: Attributes
  /** Default: the active span. Null: a trace of its own. */
  parent?: Context | null
  links?: Link[]
}

/** Null where nothing is traced. Whoever takes it ends it. */
export function startSpan(name: string, { kind, attributes, parent, links }: SpanOptions = {}): Span | null {
  if (!tracer) return null
  const within = parent === undefined ? context.active() : (parent ?? ROOT_CONTEXT)
  return tracer.startSpan(name, { kind: kind ?? SpanKind.INTERNAL, attributes, links }, within)
}

/** Runs the work in a span; what it starts is its child. */
export function inSpan<Result>(
  name: string,
  options: SpanOptions,
  work: (span: Span | null) => Promise<Result>,
): Promise<Result> {
  const span = startSpan(name, options)
  return span ? within(span, work) : work(null)
}

async function within<Result>(span: Span, work: (span: Span) => Promise<Result>): Promise<Result> {
  try {
    return await context.with(trace.setSpan(context.active(), span), work, undefined, span)
  } catch (error) {
    fail(span, error)
    throw error
  } finally {
    span.end()
  }
}

/** An error's message may hold data: its type says enough here, the log has the rest. */
export function fail(span: Span, error: unknown): void {
  span.setStatus({ code: SpanStatusCode.ERROR })
  span.setAttribute('error.type', error instanceof Error ? error.name : typeof error)
}

/** The span of whoever sent a message or request, as its traceparent says; null where it says none. */
export function remoteSpan(traceparent: string | string[] | null | undefined): SpanContext | null {
  const text = traceparentOf(traceparent ?? undefined)
  if (text === null) return null
  const [, traceId = '', spanId = '', flags = '00'] = text.split('-')
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true }
}

export const asParent = (remote: SpanContext | null): Context =>
  remote ? trace.setSpanContext(ROOT_CONTEXT, remote) : ROOT_CONTEXT

/** What a message says of the span that sends it. */
export function traceparentOfSpan(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext()
  return `00-${traceId}-${spanId}-${(traceFlags & TraceFlags.SAMPLED) === 0 ? '00' : '01'}`
}

/** More about the span that is active, if one is. */
export function annotate(attributes: Attributes): void {
  if (tracer) trace.getActiveSpan()?.setAttributes(attributes)
}

/** Ids of the span that is active, for log lines; empty where there is none. */
export function activeTrace(): { 'trace.id'?: string; 'span.id'?: string } {
  const active = tracer ? trace.getActiveSpan()?.spanContext() : undefined
  return active ? { 'trace.id': active.traceId, 'span.id': active.spanId } : {}
}

/** Labels that tie an observation to its trace; undefined where that is not kept. */
export function exemplarOf(span: Span | null | undefined): Record<string, string> | undefined {
  const of = span?.spanContext()
  if (!of || (of.traceFlags & TraceFlags.SAMPLED) === 0) return undefined
  return { trace_id: of.traceId, span_id: of.spanId }
}

/** exemplarOf the active span. */
export const activeExemplar = () => (tracer ? exemplarOf(trace.getActiveSpan()) : undefined)
