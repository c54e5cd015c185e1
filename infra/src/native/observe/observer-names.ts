/** What `up --observe` starts beside the system, by the names of its processes and ports. */
export const observerNames = [
  'trace-collector',
  'prometheus',
  'alertmanager',
  'mysql-primary-exporter',
  'mysql-replica-exporter',
  'redis-exporter',
  'node-exporter',
] as const
export type ObserverName = (typeof observerNames)[number]

/** The system's packages that they are in, by the program of each. */
export const observerPrograms = [
  'prometheus',
  'prometheus-alertmanager',
  'prometheus-mysqld-exporter',
  'prometheus-redis-exporter',
  'prometheus-node-exporter',
] as const

export const metricsPortOf = (broker: string) => `${broker}-metrics`
