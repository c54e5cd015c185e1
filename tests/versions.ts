import { ProjectionDesk, type VersionStatus } from '@onsale/cli'
import type { System } from './system.js'

// What ./onsale projections does, without a process for each look: a suite looks often.

async function atDesk<Result>({ stack }: System, work: (desk: ProjectionDesk) => Promise<Result>): Promise<Result> {
  const desk = await ProjectionDesk.open(stack.connection)
  return work(desk).finally(() => desk.close())
}

const isThere = ({ state }: VersionStatus) => state !== 'dropped'

export const versionsOf = (system: System, projection: string): Promise<VersionStatus[]> =>
  atDesk(system, async (desk) => (await desk.status(projection)).filter(isThere))

export const buildingOf = async (system: System, projection: string): Promise<VersionStatus | undefined> =>
  (await versionsOf(system, projection)).find(({ state }) => state === 'building')

/** Other suites know the first version, and no other. */
export const firstVersionAlone = (system: System, projection: string): Promise<void> =>
  atDesk(system, async (desk) => {
    const versions = (await desk.status(projection)).filter(isThere)
    if (versions.some(({ version, serving }) => version === 1 && !serving))
      await desk.switchTo(projection, 1, { by: 'spec', patienceMs: 60_000, despiteParked: true })
    for (const { version } of versions) if (version !== 1) await desk.drop(projection, version)
  })
