import { existsSync } from 'node:fs'
import { inStack } from '../paths.js'
import { extraPort } from '../ports.js'
import { allStarted, type RunningProcess, running, signal, start, stop, untilReady } from '../process/run.js'
import type { ProcessSpec } from '../process/spec.js'
import type { ProcessStatus, Stack, StackConnection } from '../stack.js'
import type { StackState } from '../state.js'
import { bringUp } from './launch.js'
import { isService, service } from './services.js'

/** The edge first, so that nobody is sent to a service that is gone; Kafka last: the registry and the services need it to end well. */
const phases: ((entry: RunningProcess) => boolean)[] = [
  ({ kind, name }) => kind === 'service' && name.endsWith('-api'),
  ({ kind }) => kind === 'service',
  ({ name }) => !/^kafka(-\d+)?$/.test(name),
  () => true,
]

export class NativeStack implements Stack {
  private readonly at
  private readonly extras = new Map<string, ProcessSpec>()

  constructor(
    readonly connection: StackConnection,
    private readonly state: StackState,
    private readonly specs: Map<string, ProcessSpec>,
  ) {
    this.at = inStack(connection.dir)
  }

  status(): Promise<ProcessStatus[]> {
    const extras = allStarted(this.at.pids).filter(
      ({ name, like }) => !this.specs.has(name) && (like !== undefined || this.extras.has(name)),
    )
    return Promise.all([...this.specs.values(), ...extras.map((entry) => this.specOf(entry.name))].map(this.ask))
  }

  private readonly ask = async (spec: ProcessSpec): Promise<ProcessStatus> => {
    const entry = running(this.at.pids, spec.name)
    const ready = entry !== null && (await spec.probe().catch(() => false))
    const version = ready ? await spec.version().catch(() => null) : null
    return { name: spec.name, kind: spec.kind, url: spec.url, ready, version, pid: entry?.pid ?? null }
  }

  pid(name: string): number | null {
    return running(this.at.pids, name)?.pid ?? null
  }

  env(name: string): Record<string, string> {
    return running(this.at.pids, name)?.env ?? this.specOf(name).env
  }

  kill(name: string, with_: NodeJS.Signals): boolean {
    const entry = running(this.at.pids, name)
    return entry !== null && signal(entry, with_)
  }

  async restart(name: string, wait = true): Promise<void> {
    const spec = this.specOf(name)
    const entry = running(this.at.pids, name)
    if (entry) await stop(entry, this.at.pids)
    if (!wait) {
      await spec.prepare?.()
      await start(spec, this.at.pids, this.at.logFile(name))
      return
    }
    await bringUp(this.connection.dir, spec)
    await spec.settle?.()
  }

  async startAnother(name: string, like: string, overrides: Record<string, string> = {}, wait = true): Promise<void> {
    if (!isService(like)) throw new Error(`${like} is not a service`)
    if (this.specs.has(name) || running(this.at.pids, name)) throw new Error(`there is a process ${name} already`)
    const port = await extraPort(this.connection.dir, { ...this.state.ports, ...this.state.more })
    const spec = service(name, like, port, this.state.root, { ...this.connection.variables, ...overrides })
    this.extras.set(name, spec)
    await spec.prepare?.()
    const entry = await start(spec, this.at.pids, this.at.logFile(name))
    if (wait) await untilReady(spec, entry, this.at.logFile(name))
  }

  async stopAnother(name: string): Promise<void> {
    const entry = allStarted(this.at.pids).find((candidate) => candidate.name === name)
    if (entry) await stop(entry, this.at.pids)
    this.extras.delete(name)
  }

  logCommand(names: string[], lines: number, follow: boolean): string[] {
    const files = names.map((name) => this.at.logFile(name)).filter((file) => existsSync(file))
    if (files.length === 0) throw new Error('there is no log yet')
    return ['tail', '-n', String(lines), ...(follow ? ['-F'] : []), ...files]
  }

  async stop(onProgress: (line: string) => void = () => {}): Promise<void> {
    const began = Date.now()
    const all = allStarted(this.at.pids)
    const end = async (entry: RunningProcess) => {
      const how = await stop(entry, this.at.pids)
      if (how !== 'gone') onProgress(`${entry.name} ${how} (${((Date.now() - began) / 1000).toFixed(1)} s)`)
    }
    const phaseOf = (entry: RunningProcess) => phases.findIndex((belongs) => belongs(entry))
    for (const phase of phases.keys()) await Promise.all(all.filter((entry) => phaseOf(entry) === phase).map(end))
  }

  private specOf(name: string): ProcessSpec {
    const known = this.specs.get(name) ?? this.extras.get(name)
    if (known) return known
    const entry = allStarted(this.at.pids).find((candidate) => candidate.name === name)
    if (!entry?.like || !isService(entry.like)) throw new Error(`there is no process ${name}`)
    return service(name, entry.like, Number(new URL(entry.url).port), this.state.root, entry.env)
  }
}
