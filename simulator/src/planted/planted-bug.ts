/** A mistake put into the built code of a run, in a process of its own: the sources know nothing of it. */
export interface PlantedBug {
  name: string
  /** What the code does wrong then. */
  says: string
  changes: Change[]
  /** The invariants that show it; what breaks another one is not counted as found. */
  by: string[]
  /** Only these kinds of faults strike while it is looked for; any, where it is absent. */
  kinds?: string[]
  /** Looked for in the worlds of waiting rooms. */
  rooms?: boolean
  /** It must be found within so many commands. */
  commands: number
}

export interface Change {
  /** Under the checkout: a built file. */
  file: string
  /** Stands there exactly once. */
  from: string
  to: string
}
