import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { compareTopics, createTopics } from './create-topics.js'
import { declaredTopics, type Profile } from './declared-topics.js'

/** The steps that another room owns run as programs of that room; they read the same ONSALE_* variables as services do. */
const programs = {
  schemas: 'platform/dist/codec/register-main.js',
  tables: 'projectors/dist/migrate-main.js',
} as const

async function runProgram(root: string, program: keyof typeof programs, variables: Record<string, string>) {
  const file = join(root, programs[program])
  if (!existsSync(file)) throw new Error(`${programs[program]} is not built; run npm run build`)
  const result = await execa(process.execPath, [file], {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', TZ: 'UTC', ...variables },
    extendEnv: false,
    all: true,
    reject: false,
  })
  if (result.exitCode !== 0) throw new Error(`${programs[program]} failed (${result.exitCode}): ${result.all?.trim()}`)
}

export const migrateTopics = (variables: Record<string, string>, profile: Profile = 'local') =>
  createTopics(variables.ONSALE_KAFKA_BROKERS as string, declaredTopics(variables.ONSALE_ENV as string, profile))

/** The topics of a stack against infra/topics.json. */
export async function topicDifferences(variables: Record<string, string>, profile: Profile = 'local') {
  const topics = declaredTopics(variables.ONSALE_ENV as string, profile)
  return { declared: topics.length, ...(await compareTopics(variables.ONSALE_KAFKA_BROKERS as string, topics)) }
}

export const migrateSchemas = (root: string, variables: Record<string, string>) =>
  runProgram(root, 'schemas', variables)

export const migrateTables = (root: string, variables: Record<string, string>) => runProgram(root, 'tables', variables)
