import type { OverloadJob } from './phase.js'
import { runPhases } from './run-phases.js'

// The overload's client, in a process of its own: a job comes, its result goes back.
process.on('message', (job: OverloadJob) => {
  runPhases(job).then(
    (result) => process.send?.({ result }),
    (error: Error) => process.send?.({ error: error.message }),
  )
})
process.on('disconnect', () => process.exit())
