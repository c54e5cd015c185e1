import type { Patient } from './patient.js'

/** A checkpoint that has something to apply and has not moved for long. */
export interface Standing {
  name: string
  nextOffset: number
  finding: string
  advice: string
}

/** @param name of the checkpoint, that has `lag` records to apply */
export const standing = (name: string, nextOffset: number, lag: number, stillForMs: number): Standing => ({
  ...{ name, nextOffset },
  finding: `${name} has ${lag} records to apply and has not moved for ${Math.round(stillForMs / 1_000)} s`,
  advice: './onsale status and ./onsale logs projectors say why: it has stopped, or no projector runs',
})

const patienceMs = 3_000
const restMs = 250
export const stillMs = 30_000

/**
 * Those that stand where they stood when they have been given a while. The checkpoint of a partition that was idle has not moved
 * for long either: an event that has just come there has found it so, and its projector on its way.
 */
export async function stillStanding(
  { now, sleep }: Pick<Patient, 'now' | 'sleep'>,
  look: () => Promise<Standing[]>,
): Promise<Standing[]> {
  let standing = await look()
  const until = now() + patienceMs
  while (standing.length > 0 && now() < until) {
    await sleep(restMs)
    const before = new Map(standing.map(({ name, nextOffset }) => [name, nextOffset]))
    standing = (await look()).filter(({ name, nextOffset }) => before.get(name) === nextOffset)
  }
  return standing
}
