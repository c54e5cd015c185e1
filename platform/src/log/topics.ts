/** The topics of one environment. What each holds: docs/architecture.md; partitions and retention: infra/topics.json. */
export interface TopicNames {
  commands: string
  events: string
  /** Verbatim copies of commands that could not be decoded. */
  malformed: string
  plans: string
}

export function topicNames(env: string): TopicNames {
  return {
    commands: `${env}.reservation.commands`,
    events: `${env}.reservation.events`,
    malformed: `${env}.reservation.commands-malformed`,
    plans: `${env}.venue.plans`,
  }
}
