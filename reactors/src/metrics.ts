import { Counter, Gauge, type Registry } from 'prom-client'

export interface Followed {
  /** `queue-0`, `reservation-0`. */
  partition: string
  behind: number
  stopped: boolean
}

/** What Prometheus sees of the reactors. */
export function createReactorMetrics(registry: Registry, now: { followed(): Followed[]; controlled(): number }) {
  const registers = [registry]
  const commands = new Counter({
    name: 'onsale_reactor_commands_total',
    help: 'Commands sent to waiting rooms, by what became of them: the first event, the refusal, or unanswered',
    labelNames: ['type', 'outcome'] as const,
    registers,
  })
  new Gauge({
    name: 'onsale_reactor_rooms',
    help: 'Waiting rooms whose term is claimed by this process',
    registers,
    collect() {
      this.set(now.controlled())
    },
  })
  new Gauge({
    name: 'onsale_reactor_lag_records',
    help: 'Records of a journal that are not folded yet',
    labelNames: ['partition'] as const,
    registers,
    collect() {
      for (const { partition, behind } of now.followed()) this.set({ partition }, behind)
    },
  })
  new Gauge({
    name: 'onsale_reactor_stopped',
    help: '1 where a journal cannot be folded: its rooms are not served',
    labelNames: ['partition'] as const,
    registers,
    collect() {
      for (const { partition, stopped } of now.followed()) this.set({ partition }, stopped ? 1 : 0)
    },
  })
  const ignored = new Counter({
    name: 'onsale_stale_records_ignored_total',
    help: 'Records of a stale claim, passed over under the reader rule',
    labelNames: ['partition'] as const,
    registers,
  })
  return { commands, ignored }
}
