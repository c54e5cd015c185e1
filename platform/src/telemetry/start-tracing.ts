import type { Logger } from 'pino'
import { z } from 'zod'
import { type Environment, loadConfig, variable } from '../config/index.js'
import type { RunningService } from './run-service.js'
import { traceWith } from './tracing.js'

// OpenTelemetry's own variables; what else they may hold (headers, timeouts) its exporter reads by itself.
const tracingVariables = {
  endpoint: variable('OTEL_EXPORTER_OTLP_ENDPOINT', z.url().optional()),
  tracesEndpoint: variable('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', z.url().optional()),
  disabled: variable('OTEL_SDK_DISABLED', z.enum(['true', 'false']).default('false')),
  sampler: variable(
    'OTEL_TRACES_SAMPLER',
    z
      .enum(
        ['parentbased_always_on', 'parentbased_traceidratio'],
        'must be parentbased_always_on or parentbased_traceidratio',
      )
      .default('parentbased_always_on'),
  ),
  ratio: variable('OTEL_TRACES_SAMPLER_ARG', z.coerce.number().min(0).max(1).default(1)),
}

/** A group commit has 500 commands at most, and each is a link. */
const mostLinks = 1_000

/** Starts a service that is traced, if an exporter is configured; what it traced last is sent after it has stopped. */
export async function withTracing(
  of: { service: string; instance: string },
  logger: Logger,
  start: () => Promise<RunningService>,
): Promise<RunningService> {
  const stopTracing = await startTracing(of, logger)
  const service = await start()
  return {
    ...service,
    async stop() {
      await service.stop()
      await stopTracing()
    },
  }
}

/**
 * Traces from here on, if an exporter is configured; if none is, OpenTelemetry's SDK is not even loaded.
 * @returns sends what is still to be sent, and stops
 */
export async function startTracing(
  of: { service: string; instance: string },
  logger: Logger,
  env: Environment = process.env,
): Promise<() => Promise<void>> {
  const { endpoint, tracesEndpoint, disabled, sampler, ratio } = loadConfig(tracingVariables, env)
  if (disabled === 'true' || !(endpoint ?? tracesEndpoint)) return async () => {}
  const { openTracer } = await import('./open-tracer.js')
  const { tracer, stop } = openTracer({ ...of, ratio: sampler === 'parentbased_traceidratio' ? ratio : 1, mostLinks })
  traceWith(tracer)
  logger.info({ endpoint: tracesEndpoint ?? endpoint, ratio }, 'tracing')
  return async () => {
    traceWith(null)
    // A collector that is gone must not keep a service from ending.
    await stop().catch((error: unknown) => logger.warn({ err: error }, 'the last spans were not sent'))
  }
}
