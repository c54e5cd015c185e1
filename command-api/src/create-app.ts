import { NestFactory } from '@nestjs/core'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import { edgeOptions, nestLogger, ProblemFilter, prepareEdge } from '@onsale/platform/http'
import type { HealthCheck } from '@onsale/platform/telemetry'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import { AppModule, type AppParts } from './app-module.js'

export interface CreateAppOptions extends Omit<AppParts, 'filter'> {
  live: HealthCheck
  ready: HealthCheck
  registry: Registry
  logger: Logger
}

/** The HTTP application, initialised, not listening yet. */
export async function createApp(options: CreateAppOptions): Promise<NestFastifyApplication> {
  const { live, ready, registry, logger, ...parts } = options
  const { ids, verifier } = parts
  const adapter = new FastifyAdapter(edgeOptions(ids))
  const fastify = adapter.getInstance() as unknown as FastifyInstance
  const methods = prepareEdge(fastify, { live, ready, registry, verifier })
  const filter = new ProblemFilter(logger, methods)
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with({ ...parts, filter }), adapter, {
    bodyParser: false,
    abortOnError: false,
    logger: nestLogger(logger),
  })
  await app.init()
  await fastify.ready()
  return app
}
