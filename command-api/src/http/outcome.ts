import { encodePosition, type Position } from '@onsale/platform/http'
import type { Records } from '@onsale/schemas'
import { recordName } from '@onsale/schemas'
import type { FastifyReply } from 'fastify'
import type { Submitted } from '../ingress/command-ingress.js'
import { rejectionProblem } from './rejection.js'

export interface Pending {
  kind: 'pending'
  commandId: string
  location: string
}

/** What a command handler gives its controller. */
export type Outcome<Body> = { kind: 'done'; body: Body; position: Position } | Pending

/**
 * The body for the event that accepts a command.
 * @throws ProblemError where the command was refused
 */
export function outcomeOf<Name extends keyof Records, Body>(
  submitted: Submitted,
  accepting: Name | readonly Name[],
  bodyOf: (event: Records[Name]) => Body,
): Outcome<Body> {
  if (submitted.kind === 'pending') return submitted
  const { record, position } = submitted.answer
  if (record.name === recordName.CommandRejected) {
    throw rejectionProblem(record.data as Records[typeof recordName.CommandRejected], position)
  }
  if (![accepting].flat().includes(record.name as Name))
    throw new Error(`the command was answered by ${record.name}, not by ${accepting}`)
  return { kind: 'done', body: bodyOf(record.data as Records[Name]), position }
}

/** Sets status and headers; returns the body to send. */
export function respond<Body extends object>(
  reply: FastifyReply,
  outcome: Outcome<Body>,
  { status, location }: { status: number; location?: (body: Body) => string },
): object {
  if (outcome.kind === 'pending') {
    const { commandId, location: where } = outcome
    reply.status(202).headers({ location: where, 'retry-after': '1', 'cache-control': 'no-store' })
    return { commandId, status: 'pending', location: where }
  }
  const { body } = outcome
  const position = encodePosition(outcome.position)
  reply.status(status).headers({ 'onsale-position': position, 'cache-control': 'no-store' })
  if (location) reply.header('location', location(body))
  return { ...body, position }
}

/** UTC ms as the API writes times. */
export const isoTime = (ms: number): string => new Date(ms).toISOString()
