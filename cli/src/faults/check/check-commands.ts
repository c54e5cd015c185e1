import { type CommandName, type CommandOperation, isOfRoom } from '../history.js'
import type { Finding } from './findings.js'
import type { Answer, JournalFacts } from './journal-facts.js'

const acceptedAs: Record<CommandName, string | readonly string[]> = {
  reserve: 'SeatsHeld',
  extend: 'HoldExtended',
  change: 'SeatsChanged',
  confirm: 'ReservationConfirmed',
  release: 'HoldReleased',
  cancel: 'ReservationCancelled',
  enter: ['EntryJoined', 'PlaceKept'],
  leave: 'EntryLeft',
}

const isAcceptance = ({ type }: Answer) => type !== 'CommandRejected' && type !== 'CommandRepeated'

/**
 * Each command that was acknowledged was decided once, as its sender was told, and its effect stands in the log; of one whose fate its
 * sender doesn't know at most one decision took effect.
 */
export function checkCommands(operations: Iterable<CommandOperation>, journal: JournalFacts): Finding[] {
  return [...operations].flatMap((operation) => {
    const answers = journal.answers.get(operation.id) ?? []
    const accepted = answers.filter(isAcceptance)
    const about = `${operation.f} ${operation.id}`
    const say = (kind: Finding['kind'], detail: string): Finding => ({ kind, about, detail })
    if (accepted.length > 1) return [say('doubled', `took effect at ${accepted.map(placeText).join(' and ')}`)]
    if (operation.outcome === 'ok') return checkAccepted(operation, accepted[0], journal, say)
    if (operation.outcome === 'fail') return checkRefused(operation, answers, accepted[0], say)
    return operation.taken && answers.length === 0
      ? [say('lost', '202 said that it was taken, the log has no answer')]
      : []
  })
}

type Say = (kind: Finding['kind'], detail: string) => Finding

function checkAccepted(
  operation: CommandOperation,
  answer: Answer | undefined,
  journal: JournalFacts,
  say: Say,
): Finding[] {
  if (!answer) return [say('lost', 'acknowledged, and the log has no such decision')]
  const { reservationId, places, position } = operation
  const differs: string[] = []
  if (![acceptedAs[operation.f]].flat().includes(answer.type)) differs.push(`is ${answer.type} in the log`)
  const subject = answer.data.reservationId ?? answer.data.entryId
  // Who learns by the status of a command that they have come is not told their entry.
  const isTold = reservationId !== null || !isOfRoom(operation.f)
  if (isTold && subject !== reservationId)
    differs.push(`is about ${subject} in the log, about ${reservationId} in the answer`)
  const inLog = journal.placesIn(answer.data).join(' ')
  if (places && places.join(' ') !== inLog) differs.push(`holds ${inLog} in the log, ${places.join(' ')} in the answer`)
  if (position && (position.partition !== answer.partition || position.offset < answer.offset))
    differs.push(`is at ${placeText(answer)}, the answer's position is ${placeText(position)}`)
  return differs.map((detail) => say('effect-differs', detail))
}

function checkRefused(
  operation: CommandOperation,
  answers: readonly Answer[],
  accepted: Answer | undefined,
  say: Say,
): Finding[] {
  if (accepted)
    return [say('contradicted', `refused as ${operation.code}, and it took effect at ${placeText(accepted)}`)]
  // Refused at the edge, without a position: nothing was appended.
  if (!operation.position) return []
  const reasons = answers.flatMap(({ type, data }) => (type === 'CommandRejected' ? [data.reason] : []))
  return reasons.includes(operation.code ?? '')
    ? []
    : [say('lost', `refused as ${operation.code}, the log has ${reasons.join(', ') || 'no refusal'}`)]
}

const placeText = ({ partition, offset }: { partition: number; offset: number }) => `${partition}/${offset}`
