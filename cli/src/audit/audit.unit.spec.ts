import { describe, expect, it } from '@jest/globals'
import { Audit, type AuditResult } from './audit.js'
import { PlanShelf } from './plan-shelf.js'
import { LogScript, littlePlanChunk, type ScriptRecord } from './testing/log-script.js'
import { planted } from './testing/planted.js'
import { invariants } from './violation.js'

async function audited(script: LogScript): Promise<AuditResult> {
  const shelf = new PlanShelf()
  shelf.add(littlePlanChunk)
  const { partition, commands } = script
  const values = new Map<Buffer, ScriptRecord>()
  const audit = new Audit([
    {
      partition,
      commands: {
        start: 0,
        end: commands.length,
        at: (offset) => {
          const headers = commands[offset]
          return headers
            ? {
                id: headers.ce_id ?? null,
                commandId: headers['command-id'] ?? null,
                subject: headers.ce_subject ?? null,
              }
            : null
        },
      },
      planOf: (hash) => shelf.get(hash),
      decode: async (value) => values.get(value)!,
    },
  ])
  for (const [offset, record] of script.records.entries()) {
    const value = Buffer.alloc(0)
    values.set(value, record)
    await audit.add({
      partition,
      offset,
      appendedAt: Date.parse(record.headers.ce_time!),
      headers: record.headers,
      value,
    })
  }
  return audit.result(new Map([[partition, commands.length]]))
}

describe('the audit of the log', () => {
  for (const { title, invariant, also = [], plant } of planted)
    it(`${invariant ?? 'nothing wrong'}: ${title}`, async () => {
      const script = new LogScript(3)
      plant(script)
      const { violations } = await audited(script)
      const names = new Set(violations.map((violation) => violation.invariant))
      if (invariant === null) expect(violations).toEqual([])
      else expect([...names].sort()).toEqual([invariant, ...also].sort())
    })

  it('has a planted mistake for each invariant of the log', () => {
    const names = new Set(planted.map(({ invariant }) => invariant))
    const missing = Object.keys(invariants).filter(
      (name) => !names.has(name as never) && !name.startsWith('read-model'),
    )
    expect(missing).toEqual([])
  })

  it('counts records, streams, commands, what waits and what was ignored', async () => {
    const script = new LogScript(0)
    script.claim('one').schedule().hold('a', 'alice', ['A-1']).claim('two')
    script.as('one', (stale) => stale.write('onsale.journal.OwnerLeft', {})).ask('waits')
    expect(await audited(script)).toEqual({
      events: 4,
      streams: 1,
      violations: [],
      gaps: 0,
      ignoredStale: 1,
      commands: 2,
      undecided: 1,
    })
  })

  it('names show, partition, offset and what is the matter', async () => {
    const script = new LogScript(3)
    script.claim('one').schedule().hold('a', 'alice', ['A-1']).hold('b', 'bob', ['A-1'])
    const { violations } = await audited(script)
    expect(violations).toEqual([
      {
        invariant: 'seat-two-owners',
        show: script.showId,
        partition: 3,
        offset: 3,
        detail: `seat A-1 is ${script.reservation('a')}'s and was given to ${script.reservation('b')}`,
      },
    ])
  })
})
