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
  const logs = [...logsOf(dir)]
  const found: string[] = []
  for (const text of new Set(texts)) {
    const quoted = JSON.stringify(text).slice(1, -1)
    for (const [file, log] of logs)
      if (log.includes(text) || log.includes(quoted)) found.push(`${file}: ${text.slice(0, 60)}`)
  }
  return found
}
