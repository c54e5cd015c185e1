import { CommandError } from '../command.js'
import type { ApiAnswer } from './client.js'

interface ProblemBody {
  code?: string
  detail?: string
  reason?: string
  details?: string[]
  errors?: { field: string; rule: string }[]
}

/** An answer that is no success in one line: `409 seat-taken: … (field: rule; …)`. */
export function problemLine({ status, body }: ApiAnswer): string {
  const { code, detail, reason, details = [], errors = [] } = (body ?? {}) as ProblemBody
  const shown = errors.slice(0, 3).map(({ field, rule }) => `${field}: ${rule}`)
  if (errors.length > shown.length) shown.push(`and ${errors.length - shown.length} more`)
  const about = [...shown, ...details.slice(0, 3)].join('; ')
  return `${status} ${code ?? reason ?? 'without a reason'}${detail ? `: ${detail}` : ''}${about ? ` (${about})` : ''}`
}

/** The body of a success. @throws CommandError (1) with the problem in one line */
export function bodyOf<Body>(what: string, answer: ApiAnswer & { accepted?: boolean }): Body {
  const good = answer.accepted ?? (answer.status >= 200 && answer.status < 300)
  if (!good) throw new CommandError(`${what}: ${problemLine(answer)}`, 1)
  return answer.body as Body
}
