export { type Episode, type EpisodeOptions, runEpisode } from './run/episode.js'
