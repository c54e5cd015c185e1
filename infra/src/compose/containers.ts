import { join } from 'node:path'
import { execa, execaSync } from 'execa'
import { z } from 'zod'
import { findExecutable } from '../executables.js'
import { inStack } from '../paths.js'
import { projectName } from './compose-environment.js'

const inspected = z.array(
  z.object({
    State: z.object({ Running: z.boolean(), Pid: z.number(), Health: z.object({ Status: z.string() }).optional() }),
    Config: z.object({ Image: z.string(), Env: z.array(z.string()), Labels: z.record(z.string(), z.string()) }),
  }),
)
export type Container = z.infer<typeof inspected>[number]

/** The commands of one project: docker's, or podman's where there is no docker. */
export class Containers {
  readonly project: string
  private readonly program: string
  private readonly compose_: string[]

  constructor(
    dir: string,
    private readonly root: string,
  ) {
    this.project = projectName(dir)
    this.program = findExecutable('docker') ? 'docker' : 'podman'
    const file = ['--file', join(root, 'docker-compose.yml'), '--env-file', join(inStack(dir).secrets, 'compose.env')]
    this.compose_ = ['compose', '--project-name', this.project, ...file]
  }

  /** The arguments of a compose command, the program first. */
  composeCommand(...args: string[]): [string, ...string[]] {
    return [this.program, ...this.compose_, ...args]
  }

  async compose(...args: string[]): Promise<string> {
    const { stdout } = await execa(this.program, [...this.compose_, ...args], { cwd: this.root })
    return stdout
  }

  /** Null where there is no such container. A service's container bears the project's name and a number, another one a name of its own. */
  inspect(name: string): Container | null {
    for (const container of [`${this.project}-${name}-1`, `${this.project}-${name}`]) {
      const { exitCode, stdout } = execaSync(this.program, ['inspect', container], { reject: false })
      if (exitCode === 0) return inspected.parse(JSON.parse(stdout))[0] ?? null
    }
    return null
  }

  signal(name: string, signal: NodeJS.Signals): boolean {
    const candidates = [`${this.project}-${name}-1`, `${this.project}-${name}`]
    return candidates.some((container) => {
      const { exitCode } = execaSync(this.program, ['kill', '--signal', signal, container], { reject: false })
      return exitCode === 0
    })
  }

  /** Stops and removes one container that was started beside the project's own services. */
  async removeOther(name: string): Promise<void> {
    const container = `${this.project}-${name}`
    await execa(this.program, ['stop', '--time', '20', container])
    await execa(this.program, ['rm', '--force', container])
  }

  /** Removes all of them. */
  async removeOthers(): Promise<void> {
    const filters = [`label=com.docker.compose.project=${this.project}`, 'label=com.docker.compose.oneoff=True']
    const { stdout } = await execa(this.program, ['ps', '--all', '--quiet', ...filters.flatMap((f) => ['--filter', f])])
    const ids = stdout.split('\n').filter(Boolean)
    if (ids.length > 0) await execa(this.program, ['rm', '--force', ...ids])
  }
}
