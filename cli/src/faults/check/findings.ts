/** What the check has to say against a run; `about` names the operation, reservation or fault. */
export interface Finding {
  kind:
    | 'lost'
    | 'doubled'
    | 'contradicted'
    | 'effect-differs'
    | 'went-back'
    | 'own-write-unseen'
    | 'final-read-differs'
    | 'undecided'
    | 'not-serving'
    | 'not-quiet'
    | 'audit'
  about: string
  detail: string
}
