import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { System } from './system.js'

// What an operator has of a service: its metrics and what it wrote.

/** @param labels as they are written, the first ones: `projection="seats",partition="0"`; null where there is no such line */
export async function metricOf({ stack }: System, service: string, name: string, labels: string) {
  const { url } = (await stack.status()).find((one) => one.name === service) as { url: string }
  const text = await (await fetch(`${url}/metrics`)).text()
  const line = text.split('\n').find((it) => it.startsWith(`${name}{${labels}`))
  return line === undefined ? null : Number(line.split(' ').at(-1))
}

/** Our own fields of the first line of the service's log that has all of this in it; null where none has. */
export async function logLineOf({ stack }: System, service: string, ...said: string[]) {
  const [program = '', ...args] = stack.logCommand([service], 5_000, false)
  const { stdout } = await promisify(execFile)(program, args, { maxBuffer: 64 * 1024 * 1024 })
  const line = stdout.split('\n').find((it) => said.every((part) => it.includes(part)))
  return line === undefined ? null : (JSON.parse(line) as { onsale: Record<string, unknown> }).onsale
}
