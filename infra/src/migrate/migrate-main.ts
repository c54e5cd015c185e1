import { createDatabase } from '../database.js'
import { checkoutRoot } from '../paths.js'
import { migrateSchemas, migrateTables, migrateTopics } from './index.js'

/** The migration step as a program of its own, for containers and deployments: topics, schemas, tables; reads ONSALE_*. */
const needed = [
  'ONSALE_ENV',
  'ONSALE_KAFKA_BROKERS',
  'ONSALE_REGISTRY_URL',
  'ONSALE_SCHEMA_BUNDLE',
  'ONSALE_SQL_PRIMARY_URL',
]
const variables = Object.fromEntries(
  Object.entries(process.env).flatMap(([key, value]) => (key.startsWith('ONSALE_') && value ? [[key, value]] : [])),
) as Record<string, string>
const profile = variables.ONSALE_TOPIC_PROFILE ?? 'local'

const wrong = needed.filter((name) => !variables[name]).map((name) => `${name} is missing`)
if (profile !== 'local' && profile !== 'deployed') wrong.push('ONSALE_TOPIC_PROFILE may be local or deployed')
if (wrong.length > 0) {
  process.stderr.write(`${wrong.join('; ')}\n`)
  process.exit(2)
}

try {
  await createDatabase(variables.ONSALE_SQL_PRIMARY_URL as string)
  const created = await migrateTopics(variables, profile as 'local' | 'deployed')
  process.stdout.write(`topics verified, ${created.length} created\n`)
  await migrateSchemas(checkoutRoot, variables)
  await migrateTables(checkoutRoot, variables)
  process.stdout.write('schemas registered, tables migrated\n')
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}
