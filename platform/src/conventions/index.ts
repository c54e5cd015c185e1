export {
  type DocumentedMetric,
  documentedMetrics,
  faultsOf,
  metricFaults,
  type RegisteredMetric,
} from './metric-conventions.js'
