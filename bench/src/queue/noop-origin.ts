import { type ChildProcess, fork, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { executable, originConfig } from '@onsale/infra'

/** The no-op behind an nginx of its own, with the same configuration as the stack's. */
export class NoopOrigin {
  private constructor(
    private readonly child: ChildProcess,
    private readonly nginx: ChildProcess,
    readonly url: string,
  ) {}

  static async start(dir: string, variables: Record<string, string>, bytes: number): Promise<NoopOrigin> {
    const child = fork(join(import.meta.dirname, 'noop-main.js'), {
      env: {
        ...{ PATH: process.env.PATH, NODE_ENV: 'production', ...variables },
        ...{ ONSALE_INSTANCE: 'noop', ONSALE_LOG_LEVEL: 'warn', NOOP_BYTES: String(bytes) },
      },
    })
    const service = await new Promise<string>((resolve, reject) => {
      child.once('message', ({ url }: { url: string }) => resolve(url))
      child.once('exit', () => reject(new Error('the no-op does not start')))
    })
    const conf = join(dir, 'noop')
    mkdirSync(join(conf, 'temp'), { recursive: true })
    const port = await freePort()
    const asRoot = process.getuid?.() === 0 ? `user ${userInfo().username} root;\n` : ''
    const address = new URL(service).host
    writeFileSync(
      join(conf, 'nginx.conf'),
      originConfig({
        preamble: `${asRoot}daemon off;\nworker_processes 1;\npid ${join(conf, 'nginx.pid')};`,
        ...{ listen: `127.0.0.1:${port}`, commandApi: [address], queryApi: [address] },
        ...{ docsDir: conf, accessLog: join(conf, 'access.log'), errorLog: join(conf, 'error.log') },
        tempDir: join(conf, 'temp'),
      }),
    )
    const args = ['-p', conf, '-c', join(conf, 'nginx.conf'), '-e', join(conf, 'error.log')]
    const nginx = spawn(executable('nginx'), args, { stdio: 'ignore' })
    const url = `http://127.0.0.1:${port}`
    while (
      !(await fetch(url).then(
        ({ ok }) => ok,
        () => false,
      ))
    ) {
      if (nginx.exitCode !== null) throw new Error('the nginx of the no-op does not start')
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    return new NoopOrigin(child, nginx, url)
  }

  stop(): void {
    this.nginx.kill('SIGTERM')
    this.child.disconnect()
  }
}

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
