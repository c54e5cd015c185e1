import { openApiDocumentOf } from '@onsale/platform/openapi'
import { AppModule, type AppParts } from './app-module.js'

/** The OpenAPI 3.1 document of this API. */
export const openApiDocument = (): Promise<object> =>
  openApiDocumentOf(
    AppModule.with({} as AppParts),
    'Writes: each is decided once, in the order of its show’s log, under its Idempotency-Key. The answer carries a position.',
  )
