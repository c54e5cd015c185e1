import { beforeAll, describe, expect, it } from '@jest/globals'
import { documentedMetrics } from '@onsale/platform/conventions'
import { System } from './system.js'

let system: System
let texts: Map<string, string>
let ids: string[]

const services = ['command-api', 'decider', 'projectors', 'query-api', 'reactors']

beforeAll(async () => {
  system = await System.open()
  const showId = await system.newShow()
  const token = await system.token('customer-metrics')
  const held = await system.post('/api/tickets/reserve', token, { showId, seats: ['A-1'] })
  const { reservationId } = held.body
  const headers = { 'onsale-position': held.headers['onsale-position'] as string }
  await system.call('GET', `/api/tickets/status?reservationId=${reservationId}`, { token, headers })
  await system.call('GET', `/api/shows/${showId}/seats`, { headers })
  await system.call('GET', '/api/nowhere/somebody')
  await system.call('POST', '/api/nowhere/something')
  ids = [showId, reservationId, 'customer-metrics', 'somebody', 'something']
  const urls = new Map((await system.stack.status()).map(({ name, url }) => [name, url]))
  texts = new Map()
  for (const name of services) texts.set(name, await (await fetch(`${urls.get(name)}/metrics`)).text())
})

const typesIn = (text: string) =>
  [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)]
    .filter(([, name = '']) => !/^(process|nodejs)_/.test(name))
    // OpenMetrics names the family of a counter without its suffix.
    .map(([, name, type]) => `${name}${type === 'counter' ? '_total' : ''} ${type}`)

describe.each(services)('%s as it runs', (name) => {
  it('has the metrics of the document, and no others', () => {
    const wanted = documentedMetrics().filter(({ service }) => service === name)
    expect(typesIn(texts.get(name) as string).sort()).toEqual(wanted.map((it) => `${it.name} ${it.type}`).sort())
  })

  it('has series of the documented labels alone, and none is about somebody or something', () => {
    const labels = new Map(documentedMetrics().flatMap((it) => (it.service === name ? [[it.name, it.labels]] : [])))
    const text = texts.get(name) as string
    for (const [, series = '', inner = ''] of text.matchAll(/^((?:onsale|http|db)_\w+)\{(.*)\} \S+$/gm)) {
      const metric = labels.has(series) ? series : series.replace(/_(bucket|sum|count)$/, '')
      const names = [...inner.matchAll(/(\w+)="/g)].map(([, label]) => label).filter((label) => label !== 'le')
      expect([metric, names.sort()]).toEqual([metric, [...(labels.get(metric) ?? [])].sort()])
    }
    for (const id of ids) expect(text).not.toContain(id)
  })
})

it('requests that no route answers are one route in both APIs', () => {
  for (const name of ['command-api', 'query-api'])
    expect(texts.get(name)).toMatch(/http_route="unmatched",http_response_status_code="404"/)
})

it("the journal's end less the replica's checkpoints is what readers lack: nothing, once it is quiet", async () => {
  const value = (name: string, partition: string, service: string) => {
    const pattern = new RegExp(`^${name}\\{(?:.*,)?partition="${partition}"\\} (\\d+)$`, 'gm')
    return Math.min(...[...(texts.get(service) as string).matchAll(pattern)].map(([, number]) => Number(number)))
  }
  const partition = (ids[0] as string).split('.')[0] as string
  const end = value('onsale_journal_end_offset', partition, 'command-api')
  const next = value('onsale_replica_checkpoint_next_offset', partition, 'query-api')
  expect(end).toBeGreaterThan(0)
  expect(next).toBeLessThanOrEqual(end)
})
