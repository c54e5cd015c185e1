export { type Episode, type EpisodeOptions, runEpisode } from './run/episode.js'
export { parts } from './run/parts.js'
export { shrink } from './run/shrink.js'
export { type Report, type SimulateOptions, simulate } from './run/simulate.js'
