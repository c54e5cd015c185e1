import { z } from 'zod'
import { areaQuantity, placesFields, positionField } from '../http/fields.js'

export const addPlacesRequest = z.strictObject(placesFields)

export const addPlacesResponse = z.object({
  showId: z.string(),
  seats: z.array(z.string()),
  areas: z.array(areaQuantity),
  capacity: z.int().describe('Places of the show from now on'),
  addedAt: z.iso.datetime(),
  position: positionField,
})
