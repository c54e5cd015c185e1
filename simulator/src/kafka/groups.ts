import type { Kernel, Pending, Replies } from '../kernel/index.js'
import { BrokerError } from './broker-error.js'

interface Protocol {
  name: string
  metadata: Buffer
}

export interface Joined {
  generationId: number
  leaderId: string
  memberId: string
  groupProtocol: string
  /** Told to the leader alone. */
  members: { memberId: string; memberMetadata: Buffer }[]
}

interface Member {
  id: string
  protocol: Protocol
  sessionMs: number
  joining: Replies<Joined> | null
  syncing: Replies<{ memberAssignment: Buffer }> | null
  assignment: Buffer
  session: Pending | null
}

interface Group {
  id: string
  state: 'empty' | 'joining' | 'syncing' | 'stable'
  generation: number
  leader: string
  members: Map<string, Member>
  /** When those who have not joined again are left out. */
  patience: Pending | null
  rebalanceMs: number
  offsets: Map<string, string>
}

const nothing = Buffer.alloc(0)

/** The group coordinator: the classic protocol of join, sync and heartbeat. */
export class Groups {
  private readonly groups = new Map<string, Group>()
  private members = 0

  constructor(
    private readonly kernel: Kernel,
    private readonly isUp: () => boolean,
  ) {}

  join(
    request: {
      groupId: string
      memberId: string
      sessionTimeout: number
      rebalanceTimeout: number
      groupProtocols: Protocol[]
    },
    replies: Replies<Joined>,
  ): void {
    const group = this.groupOf(request.groupId)
    const protocol = request.groupProtocols[0] as Protocol
    let member = group.members.get(request.memberId)
    if (!member) {
      if (request.memberId !== '') throw new BrokerError('UNKNOWN_MEMBER_ID')
      member = {
        id: `${group.id}-member-${++this.members}`,
        protocol,
        sessionMs: request.sessionTimeout,
        joining: null,
        syncing: null,
        assignment: nothing,
        session: null,
      }
      group.members.set(member.id, member)
    }
    member.protocol = protocol
    member.joining = replies
    group.rebalanceMs = request.rebalanceTimeout
    this.rebalance(group, group.id)
    this.completeJoin(group, false)
  }

  sync(
    request: {
      groupId: string
      memberId: string
      generationId: number
      groupAssignment: { memberId: string; memberAssignment: Buffer }[]
    },
    replies: Replies<{ memberAssignment: Buffer }>,
  ): void {
    const { group, member } = this.known(request.groupId, request.memberId, request.generationId)
    if (group.state === 'joining') throw new BrokerError('REBALANCE_IN_PROGRESS')
    this.touch(group, member)
    if (group.state === 'stable') {
      replies.resolve({ memberAssignment: member.assignment })
      return
    }
    member.syncing = replies
    if (member.id !== group.leader) return
    for (const one of group.members.values()) one.assignment = nothing
    for (const { memberId, memberAssignment } of request.groupAssignment) {
      const one = group.members.get(memberId)
      if (one) one.assignment = memberAssignment
    }
    group.state = 'stable'
    for (const one of group.members.values()) {
      one.syncing?.resolve({ memberAssignment: one.assignment })
      one.syncing = null
    }
  }

  describe(groupId: string): object {
    const { state, members } = this.groupOf(groupId)
    const isStable = state === 'stable'
    return {
      ...{ errorCode: 0, groupId, state: isStable ? 'Stable' : 'PreparingRebalance', protocolType: 'consumer' },
      protocol: [...members.values()][0]?.protocol.name ?? '',
      // As a broker does: before it is settled it does not say who has what.
      members: [...members.values()].map(({ id, protocol, assignment }) => ({
        ...{ memberId: id, clientId: '', clientHost: '' },
        memberMetadata: isStable ? protocol.metadata : nothing,
        memberAssignment: isStable ? assignment : nothing,
      })),
    }
  }

  heartbeat(request: { groupId: string; memberId: string; groupGenerationId: number }): void {
    const { group, member } = this.known(request.groupId, request.memberId, request.groupGenerationId)
    this.touch(group, member)
    if (group.state === 'joining') throw new BrokerError('REBALANCE_IN_PROGRESS')
  }

  leave({ groupId, memberId }: { groupId: string; memberId: string }): void {
    const group = this.groupOf(groupId)
    const member = group.members.get(memberId)
    if (!member) throw new BrokerError('UNKNOWN_MEMBER_ID')
    this.remove(group, member, `${memberId} leaves`)
  }

  offset(groupId: string, topic: string, partition: number): string {
    return this.groupOf(groupId).offsets.get(`${topic}/${partition}`) ?? '-1'
  }

  commit(groupId: string, topic: string, partition: number, offset: string): void {
    this.groupOf(groupId).offsets.set(`${topic}/${partition}`, offset)
  }

  /** After the coordinator was away everybody has a fresh session. */
  refresh(): void {
    for (const group of this.groups.values()) for (const member of group.members.values()) this.touch(group, member)
  }

  private groupOf(id: string): Group {
    let group = this.groups.get(id)
    if (!group) {
      group = {
        id,
        state: 'empty',
        generation: 0,
        leader: '',
        members: new Map(),
        patience: null,
        rebalanceMs: 0,
        offsets: new Map(),
      }
      this.groups.set(id, group)
    }
    return group
  }

  private known(groupId: string, memberId: string, generation: number): { group: Group; member: Member } {
    const group = this.groupOf(groupId)
    const member = group.members.get(memberId)
    if (!member) throw new BrokerError('UNKNOWN_MEMBER_ID')
    if (generation !== group.generation) throw new BrokerError('ILLEGAL_GENERATION')
    return { group, member }
  }

  private rebalance(group: Group, why: string): void {
    if (group.state === 'joining') return
    this.kernel.say('kafka', () => `group ${group.id} rebalances: ${why}`)
    group.state = 'joining'
    for (const member of group.members.values()) {
      member.syncing?.reject(new BrokerError('REBALANCE_IN_PROGRESS'))
      member.syncing = null
    }
    if (group.patience) group.patience.cancelled = true
    group.patience = this.kernel.after(group.rebalanceMs, 'rebalance', () => this.completeJoin(group, true))
  }

  private completeJoin(group: Group, late: boolean): void {
    if (group.state !== 'joining') return
    const members = [...group.members.values()]
    if (late) {
      for (const member of members) if (!member.joining) this.forget(group, member)
    } else if (members.some(({ joining }) => !joining)) return
    if (group.patience) group.patience.cancelled = true
    group.patience = null
    if (group.members.size === 0) {
      group.state = 'empty'
      return
    }
    group.generation += 1
    group.state = 'syncing'
    if (!group.members.has(group.leader)) group.leader = [...group.members.keys()][0] as string
    const list = [...group.members.values()].map(({ id, protocol }) => ({
      memberId: id,
      memberMetadata: protocol.metadata,
    }))
    for (const member of group.members.values()) {
      member.joining?.resolve({
        generationId: group.generation,
        leaderId: group.leader,
        memberId: member.id,
        groupProtocol: member.protocol.name,
        members: member.id === group.leader ? list : [],
      })
      member.joining = null
      this.touch(group, member)
    }
  }

  private touch(group: Group, member: Member): void {
    if (member.session) member.session.cancelled = true
    member.session = this.kernel.after(member.sessionMs, 'session', () => {
      if (member.joining || !this.isUp()) return this.touch(group, member)
      this.remove(group, member, `the session of ${member.id} is over`)
    })
  }

  private forget(group: Group, member: Member): void {
    if (member.session) member.session.cancelled = true
    group.members.delete(member.id)
  }

  private remove(group: Group, member: Member, why: string): void {
    this.forget(group, member)
    if (group.members.size === 0) {
      group.state = 'empty'
      if (group.patience) group.patience.cancelled = true
      return
    }
    this.rebalance(group, why)
    this.completeJoin(group, false)
  }
}
