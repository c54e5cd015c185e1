import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { execa } from 'execa'
import { findExecutable } from './executables.js'
import { checkoutRoot } from './paths.js'

// What every Debian has from the start; nothing of node, java, servers, apt or sudo.
const essentials =
  'bash awk cat cp date df dirname env find flock grep head mkdir mv printf readlink rm sed sha256sum sort tail timeout touch tr uname'

let dir: string
let bin: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'onsale-door-'))
  bin = join(dir, 'bin')
  mkdirSync(bin)
  for (const name of essentials.split(' ')) symlinkSync(findExecutable(name) as string, join(bin, name))
  copyFileSync(join(checkoutRoot, 'onsale'), join(dir, 'onsale'))
})
afterEach(() => rmSync(dir, { recursive: true }))

const script = (name: string, text: string) => {
  // What stands there is a link to the system's own: writing through it would replace that.
  rmSync(join(bin, name), { force: true })
  writeFileSync(join(bin, name), `#!/bin/bash\n${text}\n`, { mode: 0o755, flag: 'wx' })
}
const door = (...args: string[]) =>
  execa(join(bin, 'bash'), [join(dir, 'onsale'), ...args], {
    env: { PATH: bin, HOME: dir, ONSALE_ENGINE: 'native' },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  })

test('help needs nothing installed and shows every verb', async () => {
  for (const args of [[], ['help'], ['--help']]) {
    const { exitCode, stdout } = await door(...args)
    expect(exitCode).toBe(0)
    for (const verb of 'up down status logs demo test token venues shows audit'.split(' '))
      expect(stdout).toMatch(new RegExp(`^  ${verb} `, 'm'))
  }
})

test('an unknown verb is one line and exit 2, before anything is installed', async () => {
  expect(await door('sell')).toMatchObject({
    exitCode: 2,
    stdout: '',
    stderr: 'onsale: there is no verb sell; ./onsale help shows them all',
  })
})

test('where nothing was started, down is content and status is not; neither installs anything', async () => {
  expect(await door('down')).toMatchObject({ exitCode: 0, stderr: 'onsale: nothing was started here' })
  expect(await door('status')).toMatchObject({ exitCode: 1, stderr: 'onsale: nothing was started here; ./onsale up' })
})

test('the preflight names everything that is missing at once, in one line, with exit 2', async () => {
  script('uname', '[[ $1 == -m ]] && echo riscv64 || echo Linux')
  script('df', "printf 'h\\nd 1 1 1000 1%% /\\n'")
  const { exitCode, stderr } = await door('up')
  expect(exitCode).toBe(2)
  expect(stderr.split('\n')).toHaveLength(1)
  expect(stderr).toMatch(
    /^onsale: cannot start: no Node \S+ for riscv64; 1 MB free on the disk of .*; install nodejs npm /,
  )
  for (const name of ['maven', 'redis-server']) expect(stderr).toContain(name)
})

test('a verb that starts no server asks for none', async () => {
  const { stderr } = await door('token')
  expect(stderr).toMatch(/install nodejs npm \(there is no apt-get here to do it\)$/)
})

test('what observes is asked for where it is wanted, and promtool where rules are tested', async () => {
  const wanted = async (...args: string[]) => (await door(...args)).stderr
  expect(await wanted('up')).not.toContain('prometheus')
  const observed = await wanted('up', '--observe')
  for (const name of ['prometheus', 'alertmanager', 'mysqld-exporter', 'redis-exporter', 'node-exporter'])
    expect(observed).toContain(name)
  expect(await wanted('test', 'static')).toMatch(/ prometheus \(there is no apt-get/)
  expect(await wanted('test', 'unit')).not.toContain('prometheus')
  expect(await wanted('test')).toContain('prometheus-alertmanager')
})
