import { AssignerProtocol, type Cluster, type GroupDescription, type PartitionAssigner } from 'kafkajs'
import { type GroupMember, stickyAssignment } from './sticky-assignment.js'

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

const partitionsOf = (cluster: Cluster, topic: string): number[] =>
  cluster
    .findTopicPartitionMetadata(topic)
    .map(({ partitionId }) => partitionId)
    .sort((a, b) => a - b)

function saidBy(memberMetadata: Buffer): Said {
  const userData = AssignerProtocol.MemberMetadata.decode(memberMetadata)?.userData
  return userData && userData.length > 0 ? JSON.parse(userData.toString('utf8')) : { owned: [] }
}
