import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const recordIn = (dir: string) => join(dir, 'confidential.ndjson')

/** Notes what a request carried that no log may hold: token, key, body. For the check at the end of the run. */
export function noteConfidential(dir: string, ...texts: (string | null | undefined)[]): void {
  // Shorter ones may stand in a log by chance.
  const lines = texts.filter((text) => text && text.length >= 16).map((text) => `${JSON.stringify(text)}\n`)
  if (lines.length > 0) appendFileSync(recordIn(dir), lines.join(''))
}

export const noted = (dir: string): string[] =>
  existsSync(recordIn(dir))
    ? readFileSync(recordIn(dir), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as string)
    : []

/** Everything that the processes of the stack wrote, by file. */
export function logsOf(dir: string): Map<string, string> {
  const folder = join(dir, 'logs')
  return new Map(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]))
}

/** Which of the texts stand in a log, as written or as a JSON string has them; each with the file. */
export function leaks(dir: string, texts: Iterable<string>): string[] {
  const sought = new Sought([...new Set(texts)].flatMap((text) => [text, JSON.stringify(text).slice(1, -1)]))
  return [...logsOf(dir)].flatMap(([file, log]) => [...sought.in(log)].map((text) => `${file}: ${text.slice(0, 60)}`))
}

/** As `noteConfidential` takes them at least. */
const endLength = 16
/** So many are sought one by one, which is quicker. */
const few = 100
const base = 0x01000193
const leaving = Array.from({ length: endLength }).reduce<number>((power) => Math.imul(power, base), 1)

/**
 * Texts that are looked for all at once, in one pass over a log: thousands of them in some hundred megabytes. A window moves over the log; where its
 * hash is that of the end of a text, the text is compared (Rabin and Karp).
 */
class Sought {
  private readonly ends = new Map<number, Set<string>>()
  /** By the upper half of a hash: most windows are none of ours. */
  private readonly may = new Uint8Array(1 << 16)

  private readonly simple: string[]

  constructor(texts: readonly string[]) {
    const isSimple = ({ length }: string) => texts.length <= few || length < endLength
    this.simple = texts.filter(isSimple)
    for (const text of texts) {
      if (isSimple(text)) continue
      let hash = 0
      for (let at = text.length - endLength; at < text.length; at += 1) hash = take(hash, text.charCodeAt(at))
      this.may[hash >>> 16] = 1
      const same = this.ends.get(hash) ?? new Set()
      this.ends.set(hash, same.add(text))
    }
  }

  in(log: string): Set<string> {
    const found = new Set(this.simple.filter((text) => log.includes(text)))
    if (this.ends.size === 0) return found
    let hash = 0
    for (let at = 0; at < log.length; at += 1) {
      hash = take(hash, log.charCodeAt(at))
      if (at >= endLength) hash = (hash - Math.imul(log.charCodeAt(at - endLength), leaving)) | 0
      if (this.may[hash >>> 16] === 0) continue
      for (const text of this.ends.get(hash) ?? []) if (log.endsWith(text, at + 1)) found.add(text)
    }
    return found
  }
}

const take = (hash: number, code: number): number => (Math.imul(hash, base) + code) | 0
