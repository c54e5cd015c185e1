import { systemTimers } from '@onsale/platform/ports'
import { CommandError } from '../command.js'
import type { ProjectionDesk } from './projection-desk.js'
import { progressView, RebuildWatch } from './rebuild-watch.js'

const everyMs = 500

/** Shows the progress until the version has caught up. Ctrl-C ends the watching, never the building. */
export async function follow(
  desk: ProjectionDesk,
  projection: string,
  version: number | null,
  json: boolean,
): Promise<void> {
  const watch = new RebuildWatch()
  const view = progressView(json)
  const stopping = new AbortController()
  const stop = () => stopping.abort()
  process.once('SIGINT', stop)
  try {
    for (;;) {
      const all = await desk.status(projection)
      const found = all.find((it) => (version === null ? it.state === 'building' : it.version === version))
      if (!found) throw new CommandError(`no version of ${projection} is being built`, 2)
      const line = watch.line(found, Date.now())
      view.show(line)
      if (line.state === 'caught-up' || line.state === 'serving') return done(line.version)
      if (found.state !== 'building') throw new CommandError(`version ${found.version} of ${projection} was cancelled`)
      if (line.state === 'paused')
        return say(`version ${found.version} of ${projection} is paused; projections resume ${projection}`)
      if (!(await systemTimers.sleep(everyMs, stopping.signal)))
        return say(`the projectors go on with it; projections watch ${projection} shows it again`)
    }
  } finally {
    process.off('SIGINT', stop)
    view.end()
  }

  function say(text: string): void {
    view.end()
    if (!json) process.stdout.write(`${text}\n`)
  }

  function done(built: number): void {
    say(`version ${built} of ${projection} has caught up; projections diff ${projection}, then switch`)
  }
}
