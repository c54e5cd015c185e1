/** The topics of one environment. What each holds: docs/architecture.md; partitions and retention: infra/topics.json. */
export interface TopicNames {
  commands: string
  events: string
  /** Commands that could not be read, verbatim, and what an operator decided about each. */
  parked: string
  /** What deciders know of each partition of the events, so that nobody has to fold all of it again. */
  snapshots: string
  plans: string
  /** What operators want of the partitions: deciders drained, partitions moved. */
  placement: string
}

export function topicNames(env: string): TopicNames {
  return {
    commands: `${env}.reservation.commands`,
    events: `${env}.reservation.events`,
    parked: `${env}.reservation.commands-parked`,
    snapshots: `${env}.reservation.snapshots`,
    plans: `${env}.venue.plans`,
    placement: `${env}.reservation.placement`,
  }
}
