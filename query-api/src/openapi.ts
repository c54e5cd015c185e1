import { openApiDocumentOf } from '@onsale/platform/openapi'
import { AppModule, type AppParts } from './app-module.js'

/** The OpenAPI 3.1 document of this API. */
export const openApiDocument = (): Promise<object> =>
  openApiDocumentOf(
    AppModule.with({} as AppParts),
    'Reads: from the replica, never from the decider. Given a position, a read waits until it shows what was answered there, or says 503 with Retry-After.',
  )
