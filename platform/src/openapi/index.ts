import { type DynamicModule } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger'
import { z } from 'zod'
import { problemSchema } from '../http/index.js'

/**
 * The OpenAPI 3.1 document of an API, made from its controllers without starting anything: in preview nothing of the
 * module is instantiated. A part of its own, so that no service loads the generator.
 */
export async function openApiDocumentOf(module: DynamicModule, description: string): Promise<object> {
  const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), {
    preview: true,
    logger: false,
    abortOnError: false,
  })
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Onsale')
    .setDescription(description)
    .setVersion('1.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'ES256' })
    .build()
  const document = SwaggerModule.createDocument(app, config, {
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
