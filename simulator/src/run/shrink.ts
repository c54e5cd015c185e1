import { type Episode, type EpisodeOptions, runEpisode } from './episode.js'

const mostTries = 24

/**
 * Looks for a shorter run that breaks the same promise: with fewer kinds of faults, fewer customers. Each is a run of its
 * own with the same seed; the one with the fewest commands is kept.
 */
export async function shrink(
  options: EpisodeOptions,
  failed: Episode,
): Promise<{ options: EpisodeOptions; episode: Episode }> {
  const invariant = failed.violations[0]?.invariant
  let best = { options: { ...options, kinds: new Set(failed.kinds) }, episode: failed }
  let tries = 0
  const attempt = async (change: Partial<EpisodeOptions>): Promise<boolean> => {
    if (tries++ >= mostTries) return false
    const tried = { ...best.options, ...change } as typeof best.options
    const episode = await runEpisode(tried)
    const fails = episode.violations[0]?.invariant === invariant
    const simpler = (change.kinds?.size ?? Number.POSITIVE_INFINITY) < best.options.kinds.size
    if (!fails || (!simpler && episode.commands >= best.episode.commands)) return false
    best = { options: tried, episode }
    return true
  }
  for (const kind of failed.kinds)
    await attempt({ kinds: new Set([...best.options.kinds].filter((one) => one !== kind)) })
  for (const customers of [5, 15, 40]) if (await attempt({ customers })) break
  return best
}
