import type { Stack } from '@onsale/infra'

/** By decider and `context/partition`: records. */
export type Behind = ReadonlyMap<string, ReadonlyMap<string, number>>

/** How far the standbys are behind the journal, as they say themselves; one that does not answer says nothing. */
export async function standbyBehind(stack: Stack): Promise<Behind> {
  const deciders = (await stack.status()).filter(
    ({ name, kind, pid }) => kind === 'service' && name.startsWith('decider') && pid !== null,
  )
  const said = deciders.map(async ({ name, url }): Promise<[string, Map<string, number>]> => {
    const text = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(2_000) })
      .then((answer) => answer.text())
      .catch(() => '')
    const found = text.matchAll(/^onsale_decider_standby_behind_records\{partition="(queue-)?(\d+)"\} (\d+)$/gm)
    const of = (queue?: string) => (queue ? 'queue' : 'reservation')
    return [
      name,
      new Map([...found].map(([, queue, partition, records]) => [`${of(queue)}/${partition}`, Number(records)])),
    ]
  })
  return new Map(await Promise.all(said))
}
