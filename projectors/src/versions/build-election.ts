/** Keeps processes from building the same version twice; being right does not hang on it. */
export interface BuildElection {
  /** False where another process is at it. */
  mayTry(name: string): Promise<boolean>
  renew(name: string): Promise<void>
  leave(name: string): void
  stop(): Promise<void>
}
