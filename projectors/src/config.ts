import {
  type Config,
  httpVariables,
  kafkaVariables,
  processVariables,
  registryVariables,
  sqlPrimaryVariables,
} from '@onsale/platform/config'

export const projectorsVariables = {
  ...processVariables('projectors'),
  ...kafkaVariables,
  ...registryVariables,
  ...sqlPrimaryVariables,
  ...httpVariables,
}

export type ProjectorsConfig = Config<typeof projectorsVariables>
