/** One thing wrong with the input: where, and which rule it breaks (a code such as required, unknown-field, min-1). */
export interface FieldError {
  field: string
  rule: string
}

/** RFC 9457 problem details as we send them. */
export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  code: string
  instance?: string
  errors?: FieldError[]
  /** Ids or codes that the problem is about: the seats taken, the limit, … */
  details?: string[]
  correlationId: string
}

export interface ProblemOptions {
  errors?: FieldError[]
  details?: string[]
  headers?: Record<string, string>
  cause?: unknown
}

/** What an edge throws to answer with a problem. `detail` is shown to the caller. */
export class ProblemError extends Error {
  readonly errors: FieldError[] | undefined
  readonly details: string[] | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    { errors, details, headers = {}, cause }: ProblemOptions = {},
  ) {
    super(detail, cause === undefined ? undefined : { cause })
    this.errors = errors
    this.details = details
    this.headers = headers
  }
}

export const problemMediaType = 'application/problem+json'

/** Code → human title: "seat-taken" → "Seat taken". The code is the identity, the title its reading. */
const titleOf = (code: string) => code.charAt(0).toUpperCase() + code.slice(1).replaceAll('-', ' ')

export function toProblem(
  error: ProblemError,
  { correlationId, instance }: { correlationId: string; instance?: string },
): Problem {
  return {
    type: `https://onsale.dev/problems/${error.code}`,
    title: titleOf(error.code),
    status: error.status,
    detail: error.message,
    ...(instance === undefined ? {} : { instance }),
    code: error.code,
    ...(error.errors ? { errors: error.errors } : {}),
    ...(error.details && error.details.length > 0 ? { details: error.details } : {}),
    correlationId,
  }
}
