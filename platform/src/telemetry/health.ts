/** What stands in the way of being live or ready: empty where nothing does. */
export type HealthCheck = () => string[]

export interface HealthAnswer {
  status: 200 | 503
  body: { status: 'ok' | 'unavailable'; reasons: string[] }
}

export function healthAnswer(check: HealthCheck): HealthAnswer {
  const reasons = check()
  return reasons.length === 0
    ? { status: 200, body: { status: 'ok', reasons } }
    : { status: 503, body: { status: 'unavailable', reasons } }
}
