// What tracing costs a command-api, in CPU per command: one process that traces all, one that keeps 1 % and one that traces
// nothing take turns on a stack that was started with ./onsale up --observe. Run: node infra/bench/tracing-overhead.js [rounds]
import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { TokenIssuer } from '@onsale/cli'
import { openStack } from '@onsale/infra'

const rounds = Number(process.argv[2] ?? 4)
const perRound = 1_000
const stack = openStack(resolve(process.env.ONSALE_DIR ?? '.onsale'))
const issuer = await TokenIssuer.of(stack.connection)
const run = Date.now()
const token = (subject, role) => issuer.issue({ subject, roles: [role], ttlSeconds: 3_600 })
const tokens = await Promise.all(Array.from({ length: 16 * 3 }, (_, at) => token(`bench-${run}-${at}`, 'visitor')))
const organizer = await token('bench-organizer', 'organizer')
const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = stack.env('command-api')
if (!endpoint) throw new Error('this stack does not trace; ./onsale up --observe')
const sides = {
  all: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint },
  hundredth: {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.01',
  },
  none: {},
}
for (const [name, variables] of Object.entries(sides))
  await stack.startAnother(`overhead-${name}`, 'command-api', variables)
const urls = new Map((await stack.status()).map(({ name, url }) => [name, url]))

const post = async (origin, path, bearer, body) => {
  const response = await fetch(`${origin}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${bearer}`,
      'idempotency-key': randomUUID(),
    },
    body: JSON.stringify(body),
  })
  if (response.status !== 201) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return response.json()
}
const { origin } = stack.connection
const { planHash } = await post(origin, '/api/venues', organizer, {
  name: 'A field',
  focalPoint: { x: 0, y: 0 },
  categories: [{ id: 'field', name: 'Field', color: '#aa2211' }],
  sections: [],
  areas: [{ id: 'field', name: 'Field', category: 'field', capacity: 100_000 }],
})
const at = (ms) => new Date(Date.now() + ms).toISOString()
const { showId } = await post(origin, '/api/shows', organizer, {
  planHash,
  title: 'Overhead',
  currency: 'KRW',
  prices: [{ category: 'field', priceMinor: 1_000 }],
  perCustomerLimit: 1_000,
  holdSeconds: 600,
  salesFrom: at(-60_000),
  salesUntil: at(3_600_000),
  startsAt: at(7_200_000),
  publish: true,
})

const cpuSeconds = async (url) =>
  Number(/^process_cpu_seconds_total (\S+)/m.exec(await (await fetch(`${url}/metrics`)).text())[1])
async function round(name, customers) {
  const url = urls.get(`overhead-${name}`)
  const before = await cpuSeconds(url)
  let left = perRound
  const client = async (bearer) => {
    while (left-- > 0)
      await post(url, '/api/tickets/reserve', bearer, { showId, areas: [{ area: 'field', quantity: 1 }] })
  }
  await Promise.all(customers.map(client))
  return Math.round((((await cpuSeconds(url)) - before) / perRound) * 1e6)
}

const micros = Object.fromEntries(Object.keys(sides).map((name) => [name, []]))
for (let turn = 0; turn <= rounds; turn++)
  for (const [side, name] of Object.keys(sides).entries()) {
    const used = await round(name, tokens.slice(side * 16, side * 16 + 16))
    // The first turn warms up.
    if (turn > 0) micros[name].push(used)
  }
for (const name of Object.keys(sides)) stack.kill(`overhead-${name}`, 'SIGTERM')
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
const medians = Object.fromEntries(Object.entries(micros).map(([name, values]) => [name, median(values)]))
const ratio = (name) => Number((medians[name] / medians.none).toFixed(2))
process.stdout.write(
  `${JSON.stringify({ cpuMicros: micros, medians, ratio: { all: ratio('all'), hundredth: ratio('hundredth') } })}\n`,
)
process.exit()
