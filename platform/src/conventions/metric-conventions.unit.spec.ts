import { describe, expect, test } from '@jest/globals'
import { Counter, Gauge } from 'prom-client'
import { createMetrics } from '../telemetry/index.js'
import { documentedMetrics, faultsOf, metricFaults } from './index.js'

const metric = {
  name: 'onsale_commands_total',
  type: 'counter',
  help: 'Commands that were decided',
  labelNames: ['type'],
}

describe('what a metric may be', () => {
  test('a good one has no fault', () => expect(faultsOf(metric)).toEqual([]))

  test.each([
    [{ name: 'onsale_commands' }, '_total'],
    [{ type: 'gauge' }, '_total'],
    [{ name: 'commands_total' }, 'onsale_'],
    [{ name: 'onsale_commandsDecided_total' }, 'snake case'],
    [{ name: 'onsale_commit_milliseconds', type: 'histogram' }, 'base units'],
    [{ name: 'onsale_commit_duration', type: 'histogram' }, 'without _seconds'],
    [{ name: 'onsale_commands_count', type: 'gauge' }, 'part of a histogram'],
    [{ help: 'Commands' }, 'does not say'],
    [{ labelNames: ['show'] }, 'label show'],
  ])('%j is at fault', (change, text) => {
    expect(faultsOf({ ...metric, ...change })).toEqual([expect.stringContaining(text)])
  })
})

test('what is registered and not documented, or otherwise, or only documented, is told', () => {
  const registry = createMetrics()
  const registers = [registry]
  new Counter({ name: 'onsale_novel_total', help: 'Not in the document', registers })
  new Gauge({ name: 'onsale_decider_serving', help: 'Has no partition here', registers })
  const faults = metricFaults('decider', registry)
  expect(faults).toContain('onsale_novel_total {} counter is not in the document as it is')
  expect(faults).toContain('onsale_decider_serving {} gauge is not in the document as it is')
  expect(faults).toContain('onsale_decider_serving {partition} gauge is in the document only')
})

test('the document has rows of every service', () => {
  const services = new Set(documentedMetrics().map(({ service }) => service))
  expect([...services].sort()).toEqual(['command-api', 'decider', 'projectors', 'query-api', 'reactors'])
})
