import { z } from 'zod'

const columns = 'One entry for each seat of the row, in the order in which people sit'

export const seatStatusResponse = z.object({
  showId: z.string(),
  planHash: z.string().describe('Where it is another one than before, all of the seats are to be asked for again'),
  version: z.int().describe('Grows with every change of the show'),
  status: z
    .string()
    .regex(/^[fhsw]*$/)
    .describe(
      'One letter for each seat, through all rows of all sections in their order: f free, h held, s sold, w withdrawn from sale',
    ),
  areas: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      category: z.string(),
      capacity: z.int(),
      free: z.int(),
      held: z.int(),
      sold: z.int(),
    }),
  ),
})

export const seatsResponse = seatStatusResponse.extend({
  currency: z.string().describe('ISO 4217'),
  categories: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      color: z.string(),
      priceMinor: z.int().nullable().describe('Minor units of the currency'),
    }),
  ),
  accessible: z
    .object({ wheelchair: z.array(z.string()), companion: z.array(z.string()) })
    .describe(
      'Ids of the places for wheelchairs and of the seats beside them: given to nobody who does not ask for them',
    ),
  sections: z
    .array(
      z.object({
        id: z.string(),
        name: z.string(),
        rows: z.array(
          z.object({
            id: z.string(),
            name: z.string(),
            seats: z.array(z.string()).describe(`Seat ids. ${columns}`),
            numbers: z.array(z.string()).describe(columns),
            categories: z.array(z.int()).describe(`Index into the categories. ${columns}`),
            x: z.array(z.number()).describe(columns),
            y: z.array(z.number()).describe(columns),
          }),
        ),
      }),
    )
    .describe('Columns instead of an object per seat: 50,000 seats are some hundred KB compressed'),
})

export type SeatStatusBody = z.output<typeof seatStatusResponse>
/** What of a show's seats changes with its plan alone. */
export type SeatLayout = Omit<z.output<typeof seatsResponse>, keyof SeatStatusBody>
