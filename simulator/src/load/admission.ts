import { createHmac } from 'node:crypto'
import { admissionText } from '@onsale/domain'

export const admissionSecret = Buffer.from('the admission secret of the simulator')
export const drawSecret = Buffer.from('the draw secret of the simulator')

/** What the API makes of an admission: HoldSeats carries it. */
export function admissionProof(showId: string, customerId: string, of: { entryId: string; expiresAt: number }) {
  const proof = createHmac('sha256', admissionSecret)
    .update(admissionText(showId, customerId, of))
    .digest('hex')
  return { entryId: of.entryId, expiresAt: of.expiresAt, proof }
}
