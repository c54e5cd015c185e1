import { NestFactory } from '@nestjs/core'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger'
import { problemSchema } from '@onsale/platform/http'
import { z } from 'zod'
import { AppModule, type AppParts } from './app-module.js'

/** The OpenAPI 3.1 document of this API, made from the controllers without starting anything. */
export async function openApiDocument(): Promise<object> {
  // In preview nothing is instantiated, so nothing is called.
  const parts = {} as AppParts
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(parts), new FastifyAdapter(), {
    preview: true,
    logger: false,
    abortOnError: false,
  })
  const description = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Onsale')
    .setDescription(
      'Reads: from the replica, never from the decider. Given a position, a read waits until it shows what was answered there, or says 503 with Retry-After.',
    )
    .setVersion('1.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'ES256' })
    .build()
  const document = SwaggerModule.createDocument(app, description, {
    standardSchemaConverter: (schema, { schemaType }) => ({
      schema: jsonSchema(schema as unknown as z.ZodType, schemaType),
    }),
    operationIdFactory: (_, method) => method,
    // Operations are grouped for readers (@ApiTags), not by class.
    autoTagControllers: false,
  })
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, Problem: jsonSchema(problemSchema, 'output') },
  }
  return document
}

/** OpenAPI 3.1 has JSON Schema's dialect; each schema need not say so. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' })
  return rest
}
