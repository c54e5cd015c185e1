import { AssignerProtocol, type Cluster, type GroupDescription, type PartitionAssigner } from 'kafkajs'
import { type GroupMember, standbyAssignment, stickyAssignment } from './sticky-assignment.js'

/** What a member says of itself when it joins. */
type Said = Omit<GroupMember, 'memberId'>

/**
 * How the group of deciders shares the partitions of a topic: the member that leads it assigns them, by what each says of itself.
 * `say` is asked at each join, and told which partitions there are.
 */
export const groupProtocol =
  (topic: string, say: (partitions: number[]) => Said): PartitionAssigner =>
  ({ cluster }) => ({
    name: 'onsale-sticky',
    version: 1,
    assign: async ({ members }) => {
      const shares = stickyAssignment(
        partitionsOf(cluster, topic),
        members.map(({ memberId, memberMetadata }) => ({ memberId, ...saidBy(memberMetadata) })),
      )
      return [...shares].map(([memberId, mine]) => ({
        memberId,
        memberAssignment: AssignerProtocol.MemberAssignment.encode({
          version: 1,
          assignment: { [topic]: mine },
          userData: Buffer.alloc(0),
        }),
      }))
    },
    protocol: ({ topics }) => ({
      name: 'onsale-sticky',
      metadata: AssignerProtocol.MemberMetadata.encode({
        version: 1,
        topics,
        userData: Buffer.from(JSON.stringify(say(partitionsOf(cluster, topic)))),
      }),
    }),
  })

/** Who has what in a settled group. */
export const membersOf = ({ members }: GroupDescription, topic: string): GroupMember[] =>
  members.map(({ memberId, memberMetadata, memberAssignment }) => ({
    memberId,
    ...saidBy(memberMetadata),
    owned: AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment[topic] ?? [],
  }))

/** A decider as its group sees it. */
export interface DeciderMember extends GroupMember {
  /** ONSALE_INSTANCE. */
  name: string
  host: string
  standby: readonly number[]
}

/** The members of the group of deciders, and who stands by for what; null while the group is not settled. */
export function decidersIn(
  group: GroupDescription,
  topic: string,
  partitions: readonly number[],
): DeciderMember[] | null {
  if (group.state !== 'Stable') return group.members.length === 0 ? [] : null
  const members = membersOf(group, topic)
  const standby = standbyAssignment(partitions, members)
  return members.map((member, at) => ({
    ...member,
    name: group.members[at]?.clientId ?? '',
    host: group.members[at]?.clientHost.replace(/^\//, '') ?? '',
    standby: standby.get(member.memberId)?.partitions ?? [],
  }))
}

const partitionsOf = (cluster: Cluster, topic: string): number[] =>
  cluster
    .findTopicPartitionMetadata(topic)
    .map(({ partitionId }) => partitionId)
    .sort((a, b) => a - b)

function saidBy(memberMetadata: Buffer): Said {
  const userData = AssignerProtocol.MemberMetadata.decode(memberMetadata)?.userData
  return userData && userData.length > 0 ? JSON.parse(userData.toString('utf8')) : { owned: [] }
}
