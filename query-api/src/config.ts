import {
  acceptanceVariables,
  admissionVariables,
  type Config,
  httpVariables,
  processVariables,
  redisReplicaVariables,
  sqlReplicaVariables,
  tokenVariables,
  waitVariable,
} from '@onsale/platform/config'

export const queryApiVariables = {
  ...processVariables('query-api'),
  ...sqlReplicaVariables,
  ...redisReplicaVariables,
  ...httpVariables,
  ...tokenVariables,
  ...acceptanceVariables,
  ...admissionVariables,
  positionWaitMs: waitVariable('ONSALE_POSITION_WAIT_MS', 3_000),
}

export type QueryApiConfig = Config<typeof queryApiVariables>
