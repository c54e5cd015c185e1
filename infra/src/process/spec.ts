/** One process of a native stack: how it starts, and how to ask whether it serves. */
export interface ProcessSpec {
  name: string
  kind: 'server' | 'service'
  /** The service that it runs, where `name` is not that service's own. */
  like?: string
  command: string
  args: string[]
  /** Added to a bare PATH, HOME, LANG and TZ; nothing else of the caller's environment reaches the process. */
  env: Record<string, string>
  cwd: string
  /** How far it lets others go first where processors are scarce, 0 (not at all) to 19. */
  niceness?: number
  url: string
  /** Makes folders, configuration files and first data; runs before each start, so it must be idempotent. */
  prepare?(): Promise<void>
  /** One real request to it; false or a throw: not ready yet. */
  probe(): Promise<boolean>
  /** What has to be set up in it once it answers; runs after each start. */
  settle?(): Promise<void>
  version(): Promise<string | null>
  /** How long it may take to end after SIGTERM. */
  stopWithinMs: number
}
