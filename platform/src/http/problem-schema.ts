import { z } from 'zod'

/** Problem details for OpenAPI documents; what they hold at run time says `Problem`. */
export const problemSchema = z
  .object({
    type: z.string().describe('https://onsale.dev/problems/<code>'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().optional(),
    code: z.string().describe('What stands in the way, for programs'),
    errors: z.array(z.object({ field: z.string(), rule: z.string() })).optional(),
    details: z.array(z.string()).optional().describe('Ids or codes that the problem is about'),
    correlationId: z.string(),
  })
  .describe('RFC 9457 problem details')
