import type { Part } from './seat-maps.js'
import type { SeatsVersion } from './seat-queries.js'

/** Strong: names the bytes, so part, version of the read model and encoding are in it. */
export const etagOf = (part: Part, { readModel, version }: SeatsVersion, zipped: boolean): string =>
  `"${part}${readModel}-${version}${zipped ? '-gz' : ''}"`

/** Whether what the client has is of this version; in which encoding it has it does not matter. */
export function matches(ifNoneMatch: string | undefined, part: Part, version: SeatsVersion): boolean {
  if (ifNoneMatch === undefined) return false
  const known = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return known.includes('*') || [true, false].some((zipped) => known.includes(etagOf(part, version, zipped)))
}

/** Whether gzip may be sent: named without q=0, or covered by "*". */
export function takesGzip(acceptEncoding: string | undefined): boolean {
  const codings = new Map(
    (acceptEncoding ?? '').split(',').map((coding) => {
      const [name = '', ...parameters] = coding.split(';').map((it) => it.trim().toLowerCase())
      const q = parameters.find((it) => it.startsWith('q='))
      return [name, q === undefined ? 1 : Number(q.slice(2))]
    }),
  )
  return (codings.get('gzip') ?? codings.get('*') ?? 0) > 0
}
