import { z } from 'zod'
import { commandIdField, positionField, reservationIdField } from '../http/fields.js'

export const ticketStatusRequest = z
  .strictObject({
    reservationId: reservationIdField.optional().describe('Either this'),
    commandId: commandIdField.optional().describe('or this'),
    acceptance: z.string().max(2_000).optional().describe('With commandId: as in the Location of a 202'),
    position: positionField,
  })
  .superRefine(({ reservationId, commandId, acceptance }, context) => {
    const issue = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
    if (reservationId === undefined && commandId === undefined) issue('reservationId', 'this-or-command-id')
    if (reservationId !== undefined && commandId !== undefined) issue('commandId', 'not-with-reservation-id')
    if (acceptance !== undefined && commandId === undefined) issue('acceptance', 'only-with-command-id')
  })
export type TicketStatusRequest = z.output<typeof ticketStatusRequest>
