import {
  type Config,
  drawVariables,
  httpVariables,
  kafkaVariables,
  processVariables,
  redisVariables,
  registryVariables,
} from '@onsale/platform/config'

export const reactorsVariables = {
  ...processVariables('reactors'),
  ...kafkaVariables,
  ...registryVariables,
  ...redisVariables,
  ...httpVariables,
  ...drawVariables,
}

export type ReactorsConfig = Config<typeof reactorsVariables>
