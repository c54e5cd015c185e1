/** The ways of reserving that ours is measured against; docs/performance.md says what each does. */
export const peerNames = ['forUpdate', 'conditional', 'procedure', 'redis'] as const
export type PeerName = (typeof peerNames)[number]
