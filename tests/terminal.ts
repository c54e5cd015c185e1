import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'

export const main = resolve(import.meta.dirname, '../cli/dist/main.js')

/** Runs ./onsale as a person at a terminal does, on the stack of `dir`. */
export async function onsale(dir: string, ...args: string[]): Promise<{ out: string; err: string; code: number }> {
  const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, ONSALE_DIR: dir } })
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { out, err, code: code as number }
}
