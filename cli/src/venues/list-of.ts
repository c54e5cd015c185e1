import { z } from 'zod'

/**
 * A list that is read up to its first wrong element: a file with a hundred thousand mistakes is refused for one of them,
 * and not after all of them have been written down.
 */
export function listOf<Element>(element: z.ZodType<Element>, most = Number.POSITIVE_INFINITY) {
  return z.array(z.unknown()).transform((items, context): Element[] => {
    const wrong = (message: string, path: PropertyKey[], input: unknown) => {
      context.issues.push({ code: 'custom', message, path, input })
      return z.NEVER
    }
    if (items.length > most) return wrong(`must have at most ${most} elements, has ${items.length}`, [], items)
    const read: Element[] = []
    for (const [at, item] of items.entries()) {
      const result = element.safeParse(item)
      const [issue] = result.error?.issues ?? []
      if (issue) return wrong(issue.message, [at, ...issue.path], item)
      read.push(result.data as Element)
    }
    return read
  })
}
