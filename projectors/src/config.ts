import {
  type Config,
  httpVariables,
  kafkaVariables,
  parseConfig,
  processVariables,
  redisVariables,
  registryVariables,
  sqlPrimaryVariables,
} from '@onsale/platform/config'

export const projectorsVariables = {
  ...processVariables('projectors'),
  ...kafkaVariables,
  ...registryVariables,
  ...sqlPrimaryVariables,
  ...redisVariables,
  ...httpVariables,
}

export type ProjectorsConfig = Config<typeof projectorsVariables>

/** As a service would read them. @throws ConfigError */
export const projectorsConfig = (variables: Record<string, string>): ProjectorsConfig =>
  parseConfig(projectorsVariables, variables)
