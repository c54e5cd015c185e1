import { availableParallelism, cpus, release, totalmem, type } from 'node:os'
import type { MachineFacts } from './report.js'

export const machineFacts = (versions: Record<string, string>): MachineFacts => ({
  cpu: cpus()[0]?.model.trim() || 'unknown',
  cores: availableParallelism(),
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  kernel: `${type()} ${release()}`,
  node: process.version,
  versions,
})
