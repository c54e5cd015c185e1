import { type Caller, hasRole } from '@onsale/platform/auth'

/** Whether the caller (null: nobody in particular) sees shows that are not published; to others they are not there. */
export const seesUnpublished = (caller: Caller | null): boolean =>
  caller !== null && hasRole(caller, 'organizer', 'admin')
