import { z } from 'zod'
import { areaQuantity, placesFields, positionField } from '../http/fields.js'

export const withdrawPlacesRequest = z.strictObject(placesFields)

export const withdrawPlacesResponse = z.object({
  showId: z.string(),
  seats: z.array(z.string()),
  areas: z.array(areaQuantity),
  capacity: z.int().describe('Places of the show from now on'),
  withdrawnAt: z.iso.datetime(),
  position: positionField,
})
