import type { Figure } from '../report/report.js'
import type { FailoverSummary } from './summary.js'

export const failoverFigures = ({ p95Ms, plannedP95Ms, coldP95Ms }: FailoverSummary): Record<string, Figure> => {
  const ms = (value: number): Figure => ({ value, unit: 'ms', better: 'less' })
  return {
    'killed, standby, p95': ms(p95Ms),
    'handed over, standby, p95': ms(plannedP95Ms),
    'killed, no standby, p95': ms(coldP95Ms),
  }
}
