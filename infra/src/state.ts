import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { usualShape } from './layout.js'
import { serviceNames } from './native/services.js'
import { inStack } from './paths.js'
import { type Ports, portNames } from './ports.js'

const portsNotChosen = Object.fromEntries(portNames.map((name) => [name, 0])) as Ports

const stackState = z.object({
  engine: z.enum(['compose', 'native']),
  env: z.string(),
  services: z.boolean(),
  root: z.string(),
  kafkaClusterId: z.string(),
  /** 0 of a process that came after the stack was started: it has none until the next start. */
  ports: z.partialRecord(z.enum(portNames), z.number()).transform((ports): Ports => ({ ...portsNotChosen, ...ports })),
  /** Ports of what only some stacks have. */
  more: z.record(z.string(), z.number()).default({}),
  shape: z
    .object({
      brokers: z.number(),
      instances: z.partialRecord(z.enum(serviceNames), z.number()),
      linked: z.boolean(),
      observed: z.boolean().default(false),
    })
    .default(usualShape),
})
/** What a stack keeps between its starts, and what a second process needs to find it. */
export type StackState = z.infer<typeof stackState>

export function readState(dir: string): StackState | null {
  const file = inStack(dir).state
  return existsSync(file) ? stackState.parse(JSON.parse(readFileSync(file, 'utf8'))) : null
}

export function writeState(dir: string, state: StackState): void {
  const file = inStack(dir).state
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  writeFileSync(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

/** Kafka's cluster id is a UUID in 22 characters of base64url, and may not begin with a dash (it is an argument). */
export function newClusterId(): string {
  const id = Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url')
  return id.startsWith('-') ? newClusterId() : id
}
