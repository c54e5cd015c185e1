import { z } from 'zod'

/** One environment variable: its name and how its text becomes a value. */
export interface Variable<T> {
  name: string
  /** Of a string or undefined. */
  schema: z.ZodType<T>
}

export const variable = <T>(name: string, schema: z.ZodType<T>): Variable<T> => ({ name, schema })

export type Variables = Record<string, Variable<unknown>>
export type Config<V extends Variables> = { [K in keyof V]: V[K] extends Variable<infer T> ? T : never }
export type Environment = Readonly<Record<string, string | undefined>>

/** Every bad variable, one line each. */
export class ConfigError extends Error {
  constructor(readonly lines: string[]) {
    super(lines.join('\n'))
  }
}

/** @throws ConfigError; an empty variable is an unset one */
export function parseConfig<V extends Variables>(variables: V, env: Environment): Config<V> {
  const config: Record<string, unknown> = {}
  const lines: string[] = []
  for (const [key, { name, schema }] of Object.entries(variables)) {
    const text = env[name] === '' ? undefined : env[name]
    const result = schema.safeParse(text)
    if (result.success) config[key] = result.data
    else if (text === undefined) lines.push(`${name} is not set`)
    else lines.push(`${name}: ${result.error.issues.map(({ message }) => message).join('; ')}`)
  }
  if (lines.length > 0) throw new ConfigError(lines)
  return config as Config<V>
}

/** As parseConfig, for a process: says on stderr what is wrong with the environment and exits with 2. */
export function loadConfig<V extends Variables>(variables: V, env: Environment = process.env): Config<V> {
  try {
    return parseConfig(variables, env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.lines.join('\n')}\n`)
    process.exit(2)
  }
}
