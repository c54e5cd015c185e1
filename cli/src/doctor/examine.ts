import { checkpoints } from './checks/checkpoints.js'
import { clocks } from './checks/clocks.js'
import { disk } from './checks/disk.js'
import { owners } from './checks/owners.js'
import { parked } from './checks/parked.js'
import { processes } from './checks/processes.js'
import { redisReplication, sqlReplication } from './checks/replication.js'
import { schemas } from './checks/schemas.js'
import { topics } from './checks/topics.js'
import { versions } from './checks/versions.js'
import { views } from './checks/views.js'
import type { Finding } from './finding.js'
import type { Patient } from './patient.js'

const checks = {
  processes,
  topics,
  schemas,
  'sql-replication': sqlReplication,
  'redis-replication': redisReplication,
  clocks,
  disk,
  owners,
  checkpoints,
  versions,
  views,
  parked,
}

/** How long a check may take, ms. */
const patienceMs = 30_000

/** Every check, one after the other; one that cannot be made is itself a finding. */
export async function examine(patient: Patient, onCheck?: (name: string) => void): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const [check, look] of Object.entries(checks)) {
    onCheck?.(check)
    const found = await Promise.race([look(patient), late(patient)]).catch((error: Error): Finding[] => [
      {
        check,
        severity: 'critical',
        finding: `it cannot be looked at: ${error.message.replace(/\s*\n\s*/g, ' ') || (error as { code?: string }).code}`,
        advice: './onsale status: is everything up?',
      },
    ])
    findings.push(...found)
  }
  return findings
}

const late = async ({ sleep }: Patient): Promise<never> => {
  await sleep(patienceMs)
  throw new Error(`no answer in ${patienceMs / 1_000} s`)
}
