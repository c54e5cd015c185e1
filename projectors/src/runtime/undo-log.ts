/** What an attempt has changed so far, for the case that it fails. Nothing is kept outside of one. */
export class UndoLog {
  private readonly steps: (
    | { of: object; name: string; before: unknown }
    | { added: Map<unknown, unknown>; key: unknown }
  )[] = []
  private attempting = false

  /** Runs `work`; where it throws, everything that it said it changes is as it was before. */
  attempt(work: () => void): void {
    this.attempting = true
    try {
      work()
    } catch (error) {
      for (const step of this.steps.reverse()) {
        if ('added' in step) step.added.delete(step.key)
        else if (step.before === undefined) Reflect.deleteProperty(step.of, step.name)
        else Reflect.set(step.of, step.name, step.before)
      }
      throw error
    } finally {
      this.attempting = false
      this.steps.length = 0
    }
  }

  /** A property is about to be set or deleted. */
  changes(of: object, name: string): void {
    if (this.attempting) this.steps.push({ of, name, before: (of as Record<string, unknown>)[name] })
  }

  added(to: Map<unknown, unknown>, key: unknown): void {
    if (this.attempting) this.steps.push({ added: to, key })
  }
}
