import { type Acceptance, verifyAcceptance } from '@onsale/platform/http'
import type { Clock } from '@onsale/platform/ports'

/** The signed acceptances that command-api hands out with a 202. */
export class Acceptances {
  constructor(
    private readonly secret: Buffer,
    private readonly clock: Clock,
  ) {}

  /** Null where there is none, or one that is not ours, has expired, or is about another command. */
  of(commandId: string, token: string | undefined): Acceptance | null {
    const acceptance = token === undefined ? null : verifyAcceptance(token, this.secret, this.clock.now())
    return acceptance?.commandId === commandId ? acceptance : null
  }
}
