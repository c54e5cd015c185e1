import { context, TraceFlags, type Tracer } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import { attribute } from './semantic-names.js'

export interface TracerSettings {
  service: string
  instance: string
  /** Share of traces that are kept where nobody before us has decided. */
  ratio: number
  mostLinks: number
  /** Default: batches to the exporter that the environment names. */
  processor?: SpanProcessor
}

/** A batch belongs to what it is linked to: it is kept where any of that is. */
const likeItsLinks = (otherwise: Sampler): Sampler => ({
  shouldSample: (...asked) => {
    const links = asked[5]
    return links.some(({ context: { traceFlags } }) => (traceFlags & TraceFlags.SAMPLED) !== 0)
      ? { decision: SamplingDecision.RECORD_AND_SAMPLED }
      : otherwise.shouldSample(...asked)
  },
  toString: () => `LikeItsLinks{${otherwise.toString()}}`,
})

/** OpenTelemetry's SDK, set up for this process. */
export function openTracer({ service, instance, ratio, mostLinks, processor }: TracerSettings): {
  tracer: Tracer
  stop(): Promise<void>
} {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ [attribute.serviceName]: service, [attribute.serviceInstance]: instance }),
    sampler: new ParentBasedSampler({ root: likeItsLinks(new TraceIdRatioBasedSampler(ratio)) }),
    spanLimits: { linkCountLimit: mostLinks },
    spanProcessors: [
      processor ?? new BatchSpanProcessor({ exporter: new OTLPTraceExporter(), scheduledDelayMillis: 1_000 }),
    ],
  })
  return {
    tracer: provider.getTracer('onsale'),
    async stop() {
      await provider.shutdown()
      context.disable()
    },
  }
}
