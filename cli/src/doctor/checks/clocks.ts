import { type Finding, Findings } from '../finding.js'
import type { Patient } from '../patient.js'

/** A decider whose clock is further off than that from the log's does not serve. */
const mostMs = 1_000
const muchMs = 250

/** The clocks of the database servers against that of this machine; half of the way there and back is not known. */
export async function clocks({ primary, replica, now }: Patient): Promise<Finding[]> {
  const found = new Findings('clocks')
  const worst: number[] = []
  for (const [name, pool] of [
    ['the SQL primary', primary],
    ['the SQL replica', replica],
  ] as const) {
    const sent = now()
    const [rows] = await pool.query('SELECT UNIX_TIMESTAMP(NOW(3)) * 1000 AS at')
    const received = now()
    const at = Number((rows as { at: string }[])[0]?.at)
    const skew = Math.abs(at - (sent + received) / 2) - (received - sent) / 2
    worst.push(Math.max(0, Math.round(skew)))
    const said = `the clock of ${name} is at least ${Math.round(skew)} ms off from this machine's`
    if (skew > mostMs) found.fail(said, 'set both by NTP: a decider with such a clock does not serve')
    else if (skew > muchMs) found.warn(said, 'see that NTP runs on both')
  }
  return found.orOk(`within ${Math.max(...worst, 1)} ms of each other, as far as can be seen`)
}
