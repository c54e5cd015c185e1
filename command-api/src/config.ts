import {
  acceptanceVariables,
  admissionVariables,
  type Config,
  drawVariables,
  httpVariables,
  kafkaVariables,
  keySecretVariables,
  processVariables,
  redisVariables,
  registryVariables,
  sqlReplicaVariables,
  tokenVariables,
  waitVariable,
} from '@onsale/platform/config'

export const commandApiVariables = {
  ...processVariables('command-api'),
  ...kafkaVariables,
  ...registryVariables,
  ...sqlReplicaVariables,
  ...redisVariables,
  ...httpVariables,
  ...tokenVariables,
  ...keySecretVariables,
  ...acceptanceVariables,
  ...admissionVariables,
  ...drawVariables,
  answerWaitMs: waitVariable('ONSALE_ANSWER_WAIT_MS', 3_000),
}

export type CommandApiConfig = Config<typeof commandApiVariables>
