import { TokenVerifier } from '@onsale/platform/auth'
import { loadConfig, processVariables, tokenVariables } from '@onsale/platform/config'
import { ProblemError } from '@onsale/platform/http'
import { systemClock, systemIds } from '@onsale/platform/ports'
import { createLogger } from '@onsale/platform/telemetry'
import Fastify from 'fastify'
import { createConnection, createPool, type Pool } from 'mysql2/promise'
import { peerNames } from './peer-names.js'
import { openRedisStore } from './redis-store.js'
import { priceMinor, type ReservationStore } from './reservation-store.js'
import { conditionalUpdate, forUpdate, storedProcedure } from './sql-stores.js'
import { createTables } from './tables.js'

// The systems that ours is measured against, behind one Fastify: POST /<way>/<connections in its pool>.
const config = loadConfig({ ...processVariables('peers'), ...tokenVariables })
const logger = createLogger({ service: 'peers', instance: config.instance, level: config.logLevel })
const { PEERS_SQL_URL: sqlUrl = '', PEERS_REDIS_URL: redisUrl = '' } = process.env

const setUp = await createConnection(sqlUrl)
await createTables(setUp)
const ports = { now: () => systemClock.now(), uuid: () => systemIds.uuid() }
const redis = openRedisStore(redisUrl, ports)
const verifier = new TokenVerifier({
  jwksFile: config.jwksFile,
  issuer: config.tokenIssuer,
  audience: config.tokenAudience,
  clock: systemClock,
  logger,
})
await verifier.start()

const pools = new Map<number, Pool>()
const poolOf = (connections: number) => {
  const pool =
    pools.get(connections) ??
    createPool({ uri: sqlUrl, connectionLimit: connections, maxIdle: connections, supportBigNumbers: true })
  pools.set(connections, pool)
  return pool
}
const stores = new Map<string, ReservationStore>()
const storeOf = (way: string, connections: number): ReservationStore => {
  const name = `${way}/${connections}`
  const found = stores.get(name)
  if (found) return found
  const made = open(way, connections)
  stores.set(name, made)
  return made
}
function open(way: string, connections: number): ReservationStore {
  if (way === 'redis') return redis.store
  const of = { forUpdate, conditional: conditionalUpdate, procedure: storedProcedure }[way]
  if (!of) throw new ProblemError(404, 'not-found', `There is no ${way}, only ${peerNames.join(', ')}.`)
  return of({ pool: poolOf(connections), ...ports })
}

const app = Fastify()
const body = {
  type: 'object',
  required: ['showId', 'areas'],
  additionalProperties: false,
  properties: {
    showId: { type: 'string', maxLength: 80 },
    areas: {
      type: 'array',
      minItems: 1,
      maxItems: 1,
      items: {
        type: 'object',
        required: ['area', 'quantity'],
        properties: { area: { type: 'string', maxLength: 64 }, quantity: { type: 'integer', minimum: 1 } },
      },
    },
  },
} as const

interface Reserve {
  Params: { way: string; connections: string }
  Body: { showId: string; areas: [{ area: string; quantity: number }] }
}

app.post<Reserve>('/reserve/:way/:connections', { schema: { body } }, async (request, reply) => {
  const caller = await verifier.verify(request.headers.authorization)
  const key = request.headers['idempotency-key']
  if (typeof key !== 'string' || key.length > 255) throw new ProblemError(400, 'idempotency-key-missing', 'No key.')
  const { showId, areas } = request.body
  const [{ area, quantity }] = areas
  const { way, connections } = request.params
  const held = await storeOf(way, Number(connections)).reserve({ customerId: caller.id, key, showId, area, quantity })
  if (!held) return reply.status(409).send({ code: 'area-full' })
  return reply.status(201).send({ ...held, showId, status: 'held', areas, currency: 'KRW' })
})

interface Area {
  Body: { showId: string; area: string; capacity: number }
}

app.post<Area>('/areas', async ({ body: { showId, area, capacity } }) => {
  await setUp.query('INSERT INTO area VALUES (?, ?, ?, 0, ?)', [showId, area, capacity, priceMinor])
  await redis.addArea(showId, area, capacity)
  return {}
})

app.setErrorHandler((error, _, reply) => {
  const { status = 500, message } = error as Error & { status?: number }
  if (status >= 500) logger.error({ err: error }, 'failed')
  void reply.status(status).send({ message })
})

await app.listen({ host: '127.0.0.1', port: 0 })
process.send?.({ url: app.listeningOrigin })
process.on('disconnect', () => process.exit())
