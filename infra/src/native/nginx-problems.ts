/** Answers that nginx makes by itself, in the form of every other error (RFC 9457). A detail may hold nginx's variables. */
export const problems = [
  { status: 400, code: 'bad-request', title: 'Bad request', detail: 'The request cannot be understood.' },
  { status: 404, code: 'not-found', title: 'Not found', detail: 'There is nothing at this address.' },
  {
    status: 405,
    code: 'method-not-allowed',
    title: 'Method not allowed',
    detail: 'This address answers GET and HEAD only.',
  },
  { status: 408, code: 'request-timeout', title: 'Request timeout', detail: 'The request did not arrive in time.' },
  {
    status: 413,
    code: 'body-too-large',
    title: 'Body too large',
    detail: 'A request body may have $body_limit at most.',
  },
  { status: 414, code: 'uri-too-long', title: 'URI too long', detail: 'The address is too long.' },
  {
    status: 429,
    code: 'overloaded',
    title: 'Too many requests',
    detail: 'Too many requests are under way; nothing was done, try again after Retry-After seconds.',
  },
  {
    status: 500,
    code: 'internal-error',
    title: 'Internal error',
    detail: 'The gateway failed. Retry with the same Idempotency-Key.',
  },
  {
    status: 502,
    code: 'bad-gateway',
    title: 'Bad gateway',
    detail:
      'The service behind the gateway does not answer; what it did is unknown. Retry with the same Idempotency-Key.',
  },
  {
    status: 504,
    code: 'gateway-timeout',
    title: 'Gateway timeout',
    detail: 'The service did not answer in time; what it did is unknown. Retry with the same Idempotency-Key.',
  },
] as const

type Problem = (typeof problems)[number]

const body = ({ status, code, title, detail }: Problem) =>
  JSON.stringify({
    type: `https://onsale.dev/problems/${code}`,
    title,
    status,
    detail,
    code,
    correlationId: '$correlation_id',
  })

export const errorPages = () => problems.map(({ status }) => `error_page ${status} @problem_${status};`).join('\n    ')

export const problemLocations = () =>
  problems
    .map(
      (problem) => `
    location @problem_${problem.status} {
      internal;
      types { }
      default_type application/problem+json;
      add_header X-Correlation-Id $correlation_id always;
      add_header Cache-Control no-store always;${problem.status === 429 || problem.status >= 500 ? '\n      add_header Retry-After 1 always;' : ''}
      return ${problem.status} '${body(problem)}';
    }`,
    )
    .join('\n')
