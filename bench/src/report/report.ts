/** A number worth comparing from one report to the next. */
export interface Figure {
  value: number
  unit: string
  better: 'more' | 'less'
}

/** What one benchmark found. */
export interface BenchResult {
  name: string
  /** What is measured, in a line. */
  title: string
  /** For people, as text. */
  tables: string
  /** For programs: the benchmark's own last line. */
  summary: object
  figures: Record<string, Figure>
}

export interface MachineFacts {
  cpu: string
  cores: number
  memoryGiB: number
  kernel: string
  node: string
  /** Of the servers that took part, by name. */
  versions: Record<string, string>
}

export interface BenchReport {
  /** ISO 8601. */
  at: string
  /** Of the checkout; null where git cannot say. */
  commit: string | null
  machine: MachineFacts
  /** Processes that wanted a core in the minute before: near 0, or the figures say less. */
  loadBefore: number
  results: BenchResult[]
}

/** Reports are compared where all of this is the same; versions may differ, that is what is to be seen. */
export const sameMachine = (a: MachineFacts, b: MachineFacts): boolean =>
  a.cpu === b.cpu && a.cores === b.cores && a.memoryGiB === b.memoryGiB
