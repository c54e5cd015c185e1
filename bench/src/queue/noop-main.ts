import { TokenVerifier } from '@onsale/platform/auth'
import { loadConfig, processVariables, tokenVariables } from '@onsale/platform/config'
import { systemClock } from '@onsale/platform/ports'
import { createLogger } from '@onsale/platform/telemetry'
import Fastify from 'fastify'

// What a poll cannot cost less than: the token is checked, and a body of the same size sent.
const config = loadConfig({ ...processVariables('noop'), ...tokenVariables })
const logger = createLogger({ service: 'noop', instance: config.instance, level: config.logLevel })
const verifier = new TokenVerifier({
  ...{ jwksFile: config.jwksFile, issuer: config.tokenIssuer, audience: config.tokenAudience },
  ...{ clock: systemClock, logger },
})
await verifier.start()
const body = { nothing: 'x'.repeat(Number(process.env.NOOP_BYTES) - 14) }

const app = Fastify()
app.get('/*', async (request) => {
  await verifier.verify(request.headers.authorization)
  return body
})
await app.listen({ host: '127.0.0.1', port: 0 })
process.send?.({ url: app.listeningOrigin })
process.on('disconnect', () => process.exit())
