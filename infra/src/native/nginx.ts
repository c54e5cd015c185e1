import { mkdirSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { executable } from '../executables.js'
import { inStack } from '../paths.js'
import type { ProcessSpec } from '../process/spec.js'
import { layOutApiDocs } from './api-docs.js'
import { originConfig } from './nginx-config.js'

export function nginx(
  dir: string,
  root: string,
  port: number,
  apis: { commandApi: number[]; queryApi: number[] },
  answersWithin?: string,
): ProcessSpec {
  const at = inStack(dir)
  const conf = at.conf('nginx')
  const file = join(conf, 'nginx.conf')
  const docsDir = join(conf, 'docs')
  const tempDir = join(conf, 'temp')
  const url = `http://127.0.0.1:${port}`
  return {
    name: 'nginx',
    kind: 'server',
    command: executable('nginx'),
    args: ['-p', conf, '-c', file, '-e', at.logFile('nginx')],
    env: {},
    cwd: dir,
    url,
    async prepare() {
      mkdirSync(tempDir, { recursive: true })
      mkdirSync(at.logs, { recursive: true })
      layOutApiDocs(root, docsDir)
      // Started by root, its workers would become `nobody`, who may not read a private folder.
      const asRoot = process.getuid?.() === 0 ? `user ${userInfo().username} root;\n` : ''
      const preamble = `${asRoot}daemon off;\nworker_processes 1;\npid ${join(conf, 'nginx.pid')};`
      writeFileSync(
        file,
        originConfig({
          preamble,
          listen: `127.0.0.1:${port}`,
          commandApi: apis.commandApi.map((at) => `127.0.0.1:${at}`),
          queryApi: apis.queryApi.map((at) => `127.0.0.1:${at}`),
          docsDir,
          accessLog: at.logFile('nginx-access'),
          errorLog: at.logFile('nginx'),
          tempDir,
          ...(answersWithin ? { answersWithin } : {}),
        }),
      )
    },
    async probe() {
      const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) })
      return answer.ok && (await answer.text()).includes('"onsale"')
    },
    async version() {
      const { stderr } = await execa(executable('nginx'), ['-v'])
      return /nginx\/(\S+)/.exec(stderr)?.[1] ?? null
    },
    stopWithinMs: 10_000,
  }
}
