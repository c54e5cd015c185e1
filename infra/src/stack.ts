import type { Link } from './layout.js'
import type { ServiceName } from './native/services.js'

/** Where the processes run: as containers, or natively on this machine. */
export type Engine = 'compose' | 'native'

export interface StackOptions {
  /** Holds everything of this stack: data, logs, pid files, secrets, state.json. */
  dir: string
  /** The checkout whose services run; default: the one that this code was built in. */
  root?: string
  /** ONSALE_ENV: the prefix of topics and groups, and part of the database's name. */
  env?: string
  /** False: servers only (no migrations, none of our services, no nginx). */
  services?: boolean
  /** Several brokers or processes of a service, natively; what an earlier start said stays. */
  brokers?: number
  instances?: Partial<Record<ServiceName, number>>
  /** Prometheus with its rules and exporters, Alertmanager and a collector of traces beside it; the services then trace. */
  observe?: boolean
  /** Puts a link before each server: called before anything is started, to open them all. Native only. */
  links?: (links: Link[]) => Promise<void>
  /** Default: compose where a container engine answers, else native. */
  engine?: Engine
  /** One line for a person, each time that something is done. */
  onProgress?: (line: string) => void
}

export interface ProcessStatus {
  name: string
  kind: 'server' | 'service'
  url: string
  ready: boolean
  version: string | null
  pid: number | null
}

/** Everything that someone outside needs to speak with a running stack. */
export interface StackConnection {
  env: string
  /** The one origin, without a trailing slash; null for a stack of servers only. */
  origin: string | null
  /** The ONSALE_* variables that every service gets (docs/architecture.md), secrets included. */
  variables: Record<string, string>
  /** PEM of the ES256 private key that issues local tokens, and its key id. */
  signingKeyFile: string
  signingKeyId: string
  dir: string
}

export interface Stack {
  readonly connection: StackConnection
  status(): Promise<ProcessStatus[]>
  /** Null where it does not run. */
  pid(name: string): number | null
  /** The ONSALE_* variables that the process was started with. */
  env(name: string): Record<string, string>
  /** False where it does not run. */
  kill(name: string, signal: NodeJS.Signals): boolean
  /** Ends it where it runs, starts it, and waits until it is ready unless told otherwise. */
  restart(name: string, wait?: boolean): Promise<void>
  /** One more process of an existing service under a name of its own, e.g. a second decider; waits until it is ready unless told otherwise. */
  startAnother(name: string, like: string, overrides?: Record<string, string>, wait?: boolean): Promise<void>
  /** Ends what `startAnother` began, and forgets it: one that only died is still a part of the stack that does not run. */
  stopAnother(name: string): Promise<void>
  /** The program and arguments that show what the processes wrote. */
  logCommand(names: string[], lines: number, follow: boolean): string[]
  /** Stops every process, services first; data stay. */
  stop(onProgress?: (line: string) => void): Promise<void>
}
