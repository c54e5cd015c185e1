import {
  type Config,
  httpVariables,
  kafkaVariables,
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
