import { z } from 'zod'

/** A span as the collector keeps it; ids in hex, times in Unix microseconds. */
export interface KeptSpan {
  service: string
  traceId: string
  spanId: string
  parentId: string | null
  name: string
  startUs: number
  endUs: number
  attributes: Record<string, string | number | boolean>
  links: { traceId: string; spanId: string }[]
  failed: boolean
}

const attributes = z
  .array(
    z.object({
      key: z.string(),
      value: z.object({
        stringValue: z.string().optional(),
        intValue: z.union([z.string(), z.number()]).optional(),
        doubleValue: z.number().optional(),
        boolValue: z.boolean().optional(),
      }),
    }),
  )
  .default([])
const id = z.string().regex(/^[0-9a-f]{16,32}$/)
const nanoseconds = z
  .union([z.string().regex(/^\d+$/), z.number()])
  .transform((value) => Number(BigInt(value) / 1_000n))

/** OTLP's ExportTraceServiceRequest in JSON, as far as it is kept. */
export const exportRequest = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }).optional(),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              traceId: id,
              spanId: id,
              parentSpanId: z.string().optional(),
              name: z.string(),
              startTimeUnixNano: nanoseconds,
              endTimeUnixNano: nanoseconds,
              attributes,
              links: z.array(z.object({ traceId: id, spanId: id })).default([]),
              status: z.object({ code: z.number().optional() }).optional(),
            }),
          ),
        }),
      ),
    }),
  ),
})

const plain = (all: z.infer<typeof attributes>): KeptSpan['attributes'] =>
  Object.fromEntries(
    all.map(({ key, value: { stringValue, intValue, doubleValue, boolValue } }) => [
      key,
      stringValue ?? (intValue === undefined ? (doubleValue ?? boolValue ?? '') : Number(intValue)),
    ]),
  )

export const keptSpans = ({ resourceSpans }: z.infer<typeof exportRequest>): KeptSpan[] =>
  resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(plain(resource?.attributes ?? [])['service.name'] ?? 'unknown')
    return scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        service,
        traceId: span.traceId,
        spanId: span.spanId,
        parentId: span.parentSpanId || null,
        name: span.name,
        startUs: span.startTimeUnixNano,
        endUs: span.endTimeUnixNano,
        attributes: plain(span.attributes),
        links: span.links.map(({ traceId, spanId }) => ({ traceId, spanId })),
        failed: span.status?.code === 2,
      })),
    )
  })
