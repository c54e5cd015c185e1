/** Ids of the span that is active, for log lines; empty where there is none. */
export function activeTrace(): { 'trace.id'?: string; 'span.id'?: string } {
  return {}
}
