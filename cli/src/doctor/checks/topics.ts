import { topicDifferences } from '@onsale/infra'
import { type Finding, Findings } from '../finding.js'
import type { Patient } from '../patient.js'

/** As infra/topics.json declares them. */
export async function topics({ variables }: Patient): Promise<Finding[]> {
  const found = new Findings('topics')
  const { declared, missing, differences } = await topicDifferences(variables)
  for (const name of missing)
    found.fail(`the topic ${name} is missing`, './onsale up creates it; what it held comes from a backup')
  for (const difference of differences)
    found.fail(difference, 'set it back with kafka-configs.sh, or declare it in infra/topics.json if it is meant')
  return found.orOk(`${declared} are as declared`)
}
