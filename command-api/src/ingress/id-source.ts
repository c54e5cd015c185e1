import type { Ids } from '@onsale/platform/ports'

/** The Ids port as a class, so that Nest can inject it. */
export abstract class IdSource implements Ids {
  abstract uuid(): string
}
