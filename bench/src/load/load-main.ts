import type { LoadJob } from './load-job.js'
import { runLoad } from './run-load.js'

// The load generator's process: a job comes, its result goes back, one at a time.
process.on('message', (job: LoadJob) => {
  runLoad(job).then(
    (result) => process.send?.({ result }),
    (error: Error) => process.send?.({ error: error.message }),
  )
})
process.on('disconnect', () => process.exit())
