import { type Caller, hasRole } from '@onsale/platform/auth'

/** Whether the caller may see what belongs to this customer or caller; what one may not see is not there. */
export const maySee = (caller: Caller, ownerId: string | null): boolean =>
  caller.id === ownerId || hasRole(caller, 'box-office', 'organizer', 'operator', 'admin')
