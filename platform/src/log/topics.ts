/** The topics of those who decide about one kind of streams. */
export interface ContextTopics {
  commands: string
  events: string
  /** Commands that could not be read, verbatim, and what an operator decided about each. */
  parked: string
  /** What deciders know of each partition of the events, so that nobody has to fold all of it again. */
  snapshots: string
}

/** The topics of one environment: those of shows, those of waiting rooms. What each holds: docs/architecture.md; partitions and retention: infra/topics.json. */
export interface TopicNames extends ContextTopics {
  queue: ContextTopics
  plans: string
  /** What operators want of the partitions: deciders drained, partitions moved. */
  placement: string
}

export function topicNames(env: string): TopicNames {
  return {
    ...contextTopics(env, 'reservation'),
    queue: contextTopics(env, 'queue'),
    plans: `${env}.venue.plans`,
    placement: `${env}.reservation.placement`,
  }
}

function contextTopics(env: string, context: 'reservation' | 'queue'): ContextTopics {
  return {
    commands: `${env}.${context}.commands`,
    events: `${env}.${context}.events`,
    parked: `${env}.${context}.commands-parked`,
    snapshots: `${env}.${context}.snapshots`,
  }
}
