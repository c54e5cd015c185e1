import type { ReadOperation } from '../history.js'
import type { Finding } from './findings.js'
import type { JournalFacts } from './journal-facts.js'

/**
 * Whoever reads with a position is shown it or what came later, never less: by what the answer says that it shows, and by what it
 * shows, held against the log. An answer may be newer than it says, so it must be the state at its position or a later one.
 */
export function checkReads(operations: Iterable<ReadOperation>, journal: JournalFacts): Finding[] {
  return [...operations].flatMap((operation) => {
    const { asked, shown, reservationId, value, f, id } = operation
    if (operation.outcome !== 'ok') return notFound(operation)
    const say = (kind: Finding['kind'], detail: string): Finding => ({ kind, about: `${f} ${id}`, detail })
    if (asked && (!shown || shown.partition !== asked.partition || shown.offset < asked.offset))
      return [say('went-back', `asked for ${placeText(asked)}, shown ${shown ? placeText(shown) : 'nothing'}`)]
    if (reservationId === null || value === null || !shown) return []
    const states = journal.reservations.get(reservationId) ?? []
    const current = states.findLastIndex(({ offset }) => offset <= shown.offset)
    const possible = states.slice(Math.max(0, current)).map(({ text }) => text)
    if (possible.includes(value)) return []
    const detail = `at ${placeText(shown)} reservation ${reservationId} is shown as "${value}", the log has "${possible.join('", then "')}"`
    return [say(states.some(({ text }) => text === value) ? 'went-back' : 'effect-differs', detail)]
  })
}

/** A reservation that its reader knows, with the position where it was made: "not found" would be going back. */
function notFound({ f, id, code, outcome, reservationId }: ReadOperation): Finding[] {
  if (outcome !== 'fail' || f !== 'read-reservation') return []
  return [{ kind: 'own-write-unseen', about: `${f} ${id}`, detail: `reservation ${reservationId}: ${code}` }]
}

const placeText = ({ partition, offset }: { partition: number; offset: number }) => `${partition}/${offset}`
