/** A projection as a reader names it. */
export interface ReadModel {
  projection: string
  /** Which of the environment's topics it is made from. */
  source: 'events' | 'plans'
}
