import { z } from 'zod'

export const roles = ['visitor', 'box-office', 'organizer', 'analyst', 'operator', 'admin'] as const
export type Role = (typeof roles)[number]

/** Who asks, as a verified access token says. */
export interface Caller {
  /** Opaque id: a customer's or a member of staff's. */
  id: string
  roles: readonly Role[]
  /** UTC ms. */
  expiresAt: number
}

/** A role that we don't know grants nothing. */
export const claimsSchema = z.object({
  sub: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  roles: z
    .array(z.string())
    .max(20)
    .transform((names) => names.filter((name): name is Role => (roles as readonly string[]).includes(name))),
  exp: z.number().positive(),
})

export const hasRole = (caller: Caller, ...any: Role[]): boolean => any.some((role) => caller.roles.includes(role))
