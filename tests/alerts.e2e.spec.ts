import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { startObservers, stopObservers } from '@onsale/infra'
import { until } from './claims.js'
import { System } from './system.js'

let system: System
let prometheus: string

beforeAll(async () => {
  system = await System.open()
  // Beside the running system, without what would need another broker.
  ;({ prometheus } = await startObservers(system.stack.connection.dir, ['prometheus', 'alertmanager']))
})
afterAll(async () => {
  system.stack.kill('projectors', 'SIGCONT')
  await stopObservers(system.stack.connection.dir)
})

interface Alert {
  state: string
  labels: Record<string, string>
}
/** That a projection stands still in a partition. Of what is pending nobody is told. */
const told = async (projection: string, partition: string): Promise<boolean> => {
  const answer = (await (await fetch(`${prometheus}/api/v1/alerts`)).json()) as { data: { alerts: Alert[] } }
  return answer.data.alerts.some(
    ({ state, labels }) =>
      state === 'firing' &&
      labels.alertname === 'ProjectionStalled' &&
      labels.projection === projection &&
      labels.partition === partition,
  )
}

it('every service is scraped', async () => {
  const jobs = ['command-api', 'decider', 'projectors', 'query-api', 'reactors']
  const up = async () => {
    const answer = await fetch(`${prometheus}/api/v1/query?query=up`)
    const { data } = (await answer.json()) as {
      data: { result: { metric: { job: string }; value: [number, string] }[] }
    }
    return data.result.filter(({ value }) => value[1] === '1').map(({ metric }) => metric.job)
  }
  await until(async () => {
    const seen = await up()
    return jobs.every((job) => seen.includes(job))
  })
})

it('a projector that is stopped is told by an alert while events wait, and not any more when it has gone on', async () => {
  const showId = await system.newShow()
  const token = await system.token('customer-alerts')
  const partition = showId.split('.')[0] as string
  await until(async () => !(await told('seats', partition)))
  expect(system.stack.kill('projectors', 'SIGSTOP')).toBe(true)
  const held = await system.post('/api/tickets/reserve', token, { showId, seats: ['A-1'] })
  expect(held.status).toBe(201)
  await until(() => told('seats', partition))
  expect(system.stack.kill('projectors', 'SIGCONT')).toBe(true)
  await until(async () => !(await told('seats', partition)))
  const headers = { 'onsale-position': held.headers['onsale-position'] as string }
  const shown = await system.call('GET', `/api/tickets/status?reservationId=${held.body.reservationId}`, {
    token,
    headers,
  })
  expect(shown.body.status).toBe('held')
})
