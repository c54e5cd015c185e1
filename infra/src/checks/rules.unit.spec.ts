import { expect, test } from '@jest/globals'
import { faultsOfRules } from './rules.js'

const rules = `
      - alert: TargetDown
        annotations:
          runbook: docs/operations/observability.md#targetdown
      - alert: Untested
        annotations:
          runbook: docs/nowhere.md
      - alert: Undocumented
        annotations:
          runbook: docs/operations/observability.md#undocumented
`
const tests = `
      - eval_time: 30s
        alertname: TargetDown
        exp_alerts:
          - exp_labels: { severity: page }
      - eval_time: 30s
        alertname: Undocumented
        exp_alerts:
          - exp_labels: { severity: page }
      - { eval_time: 20s, alertname: Untested, exp_alerts: [] }
`

test('an alert that no test lets fire, and runbooks that are not there, are told', () => {
  const documents = (path: string) =>
    path === 'docs/operations/observability.md' ? '# Alerts\n\n### TargetDown\n' : null
  expect(faultsOfRules([rules], [tests], documents)).toEqual([
    'no test lets Untested fire',
    'the runbook docs/nowhere.md is not there',
    'docs/operations/observability.md has no heading for undocumented',
  ])
})
