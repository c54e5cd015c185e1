/** Where plans are appended (the plan catalog of the log), as a class, so that Nest can inject it. */
export abstract class PlanStore {
  /** @throws AppendUnknownError */
  abstract append(plan: { name: string; canonicalJson: string }): Promise<{ planHash: string }>
}
