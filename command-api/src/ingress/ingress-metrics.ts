import type { JournalBatch } from '@onsale/platform/log'
import { activeExemplar } from '@onsale/platform/telemetry'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

const shortName = (name: string) => name.slice(name.lastIndexOf('.') + 1)

export interface JournalMetrics {
  batch(batch: JournalBatch): void
  ignore(count: number, partition: number): void
}

/** Commands by type and outcome, how long answers take, who waits, how far behind the tail is. */
export class IngressMetrics {
  private readonly commands: Counter<'type' | 'outcome'>
  private readonly latency: Histogram<'type'>
  private readonly lag: Gauge<'partition'>
  private readonly end: Gauge<'partition'>
  private readonly ignored: Counter<'partition'>

  private admission: { limit: number } | null = null

  constructor(registry: Registry, waiting: () => number) {
    const registers = [registry]
    this.commands = new Counter({
      name: 'onsale_commands_total',
      help: 'Commands by record name and outcome: the answering record, pending, or the code of the problem',
      labelNames: ['type', 'outcome'],
      registers,
    })
    this.latency = new Histogram({
      name: 'onsale_command_duration_seconds',
      help: 'From arrival to answer (or to giving up waiting)',
      labelNames: ['type'],
      buckets: [0.005, 0.01, 0.02, 0.035, 0.05, 0.075, 0.1, 0.2, 0.5, 1, 2, 5],
      enableExemplars: true,
      registers,
    })
    this.lag = new Gauge({
      name: 'onsale_answer_tail_lag_records',
      help: 'Records of the journal that the answer tail has still to read',
      labelNames: ['partition'],
      registers,
    })
    this.end = new Gauge({
      name: 'onsale_journal_end_offset',
      help: "The journal's end (exclusive), as the broker said with what was read last",
      labelNames: ['partition'],
      registers,
    })
    this.ignored = new Counter({
      name: 'onsale_stale_records_ignored_total',
      help: 'Records of a stale claim, passed over under the reader rule',
      labelNames: ['partition'],
      registers,
    })
    const limit = () => this.admission?.limit ?? 0
    new Gauge({
      name: 'onsale_commands_waiting_limit',
      help: 'Requests that may wait for the answer to their command; those beyond are turned away',
      registers,
      collect() {
        this.set(limit())
      },
    })
    new Gauge({
      name: 'onsale_commands_waiting',
      help: 'Requests that wait for the answer to their command',
      registers,
      collect() {
        this.set(waiting())
      },
    })
  }

  /** Whose limit is shown. */
  watch(admission: { limit: number }): void {
    this.admission = admission
  }

  observe(name: string, outcome: string, ms: number): void {
    this.commands.inc({ type: shortName(name), outcome })
    this.latency.observe({
      labels: { type: shortName(name) },
      value: ms / 1_000,
      exemplarLabels: activeExemplar(),
    })
  }

  /** What is read of a context's journal: its partitions are named with the label before their numbers. */
  ofPartitions(label: string): JournalMetrics {
    return {
      batch: ({ partition: number, cursor, endOffset }) => {
        const partition = `${label}${number}`
        this.lag.set({ partition }, Math.max(0, endOffset - cursor.offset))
        this.end.set({ partition }, endOffset)
      },
      ignore: (count, partition) => this.ignored.inc({ partition: `${label}${partition}` }, count),
    }
  }
}
