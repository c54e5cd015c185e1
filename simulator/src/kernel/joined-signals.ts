/**
 * Node keeps a signal that was made of others, and whoever listens to it, until one of them aborts. What a crashed process
 * listened to never does, and all of its world would stay in memory with it: a run has thousands of them. This one is held by its
 * sources alone.
 */
export function joinedSignals(signals: Iterable<AbortSignal>): AbortSignal {
  const joined = new AbortController()
  const sources = [...signals]
  const early = sources.find(({ aborted }) => aborted)
  if (early) {
    joined.abort(early.reason)
    return joined.signal
  }
  const onAbort = (event: Event) => {
    for (const source of sources) source.removeEventListener('abort', onAbort)
    joined.abort((event.target as AbortSignal).reason)
  }
  for (const source of sources) source.addEventListener('abort', onAbort)
  return joined.signal
}
