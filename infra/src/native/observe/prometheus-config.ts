export interface Target {
  job: string
  /** Of the process: its name. */
  instance: string
  /** host:port */
  address: string
  path?: string
  params?: Record<string, string[]>
}

export interface PrometheusPlace {
  /** Where the rules lie. */
  rules: string
  alertmanager: string
  targets: readonly Target[]
}

/** Prometheus's configuration. Every second: there is one machine, and whoever looks at it doesn't want to wait. */
export function prometheusConfig({ rules, alertmanager, targets }: PrometheusPlace): string {
  const jobs = [...new Set(targets.map(({ job }) => job))]
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: [rules],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] },
    scrape_configs: jobs.map((job) => {
      const of = targets.filter((target) => target.job === job)
      const [{ path, params } = {} as Partial<Target>] = of
      return {
        job_name: job,
        ...(path ? { metrics_path: path } : {}),
        ...(params ? { params } : {}),
        static_configs: of.map(({ address, instance }) => ({ targets: [address], labels: { instance } })),
      }
    }),
  }
  // JSON is YAML.
  return `${JSON.stringify(config, null, 2)}\n`
}
