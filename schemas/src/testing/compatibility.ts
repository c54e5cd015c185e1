import avsc from 'avsc'

type Schema = Parameters<typeof avsc.Type.forSchema>[0]

/** Why `reader` cannot read what `writer` writes; null where it can. */
export function unreadable(reader: object, writer: object): string | null {
  try {
    avsc.Type.forSchema(reader as Schema).createResolver(avsc.Type.forSchema(writer as Schema))
    return null
  } catch (error) {
    return (error as Error).message
  }
}

/** Full compatibility of two versions: each reads the other. What breaks it, one line for each direction. */
export function incompatibilities(older: object, newer: object): string[] {
  const forward = unreadable(older, newer)
  const backward = unreadable(newer, older)
  return [
    ...(backward ? [`the newer cannot read the older: ${backward}`] : []),
    ...(forward ? [`the older cannot read the newer: ${forward}`] : []),
  ]
}
