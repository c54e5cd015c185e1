import { systemTimers } from '@onsale/platform/ports'
import { isServerAway } from '@onsale/platform/sql'
import { CommandError } from '../command.js'
import { detailOf, type ProjectionDesk, primaryAway } from './projection-desk.js'
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
  let isAway = false
  const stopping = new AbortController()
  const stop = () => stopping.abort()
  process.once('SIGINT', stop)
  try {
    for (;;) {
      const all = await desk.status(projection).catch((error: unknown) => {
        if (!isServerAway(error)) throw error
        return away(error)
      })
      if (!all) {
        if (!(await systemTimers.sleep(everyMs, stopping.signal))) return left()
        continue
      }
      isAway = false
      const found = all.find((it) => (version === null ? it.state === 'building' : it.version === version))
      if (!found) throw new CommandError(`no version of ${projection} is being built`, 2)
      const line = watch.line(found, Date.now())
      view.show(line)
      if (line.state === 'caught-up' || line.state === 'serving') return done(line.version)
      if (found.state !== 'building') throw new CommandError(`version ${found.version} of ${projection} was cancelled`)
      if (line.state === 'paused')
        return say(`version ${found.version} of ${projection} is paused; projections resume ${projection}`)
      if (!(await systemTimers.sleep(everyMs, stopping.signal))) return left()
    }
  } finally {
    process.off('SIGINT', stop)
    view.end()
  }

  /** Said once; the version is there again with the server, and so are those who feed it. */
  function away(error: unknown): null {
    if (!isAway) {
      const detail = detailOf(error)
      if (json) process.stdout.write(`${JSON.stringify({ projection, state: 'unreachable', detail })}\n`)
      else say(`${primaryAway(error)}; once it does all of it goes on`)
    }
    isAway = true
    return null
  }

  function left(): void {
    say(`the projectors go on with it; projections watch ${projection} shows it again`)
  }

  function say(text: string): void {
    view.end()
    if (!json) process.stdout.write(`${text}\n`)
  }

  function done(built: number): void {
    say(`version ${built} of ${projection} has caught up; projections diff ${projection}, then switch`)
  }
}
