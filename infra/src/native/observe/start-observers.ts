import { layoutOf } from '../../layout.js'
import { inStack } from '../../paths.js'
import { chooseNamed } from '../../ports.js'
import { running, stop } from '../../process/run.js'
import { loadSecrets } from '../../secrets.js'
import { readState } from '../../state.js'
import { bringUp } from '../launch.js'
import { serviceNames } from '../services.js'
import { metricsPortOf, type ObserverName, observerNames } from './observer-names.js'
import { observers } from './observers.js'

/**
 * Starts some of the observers, and says where each is or would be, beside a stack that was started without them; the stack itself stays as it is: its brokers
 * tell no metrics of their own, its services do not trace.
 */
export async function startObservers(
  dir: string,
  names: readonly ObserverName[],
): Promise<Record<ObserverName, string>> {
  const state = readState(dir)
  if (state?.engine !== 'native') throw new Error('observers are started beside a native stack')
  const layout = layoutOf(state, serviceNames)
  const wanted = [...observerNames, ...layout.brokers.map(({ name }) => metricsPortOf(name))]
  const others = new Set([...Object.values(state.ports), ...Object.values(state.more)])
  const ports = await chooseNamed(dir, wanted, {}, new Set(), others)
  const portOf = (name: string) => ports[name] as number
  const all = observers({ dir, layout, portOf, secrets: loadSecrets(inStack(dir).secrets) })
  await Promise.all(all.filter(({ name }) => names.includes(name as ObserverName)).map((spec) => bringUp(dir, spec)))
  return Object.fromEntries(all.map(({ name, url }) => [name, url])) as Record<ObserverName, string>
}

export async function stopObservers(dir: string): Promise<void> {
  const { pids } = inStack(dir)
  await Promise.all(
    observerNames.map(async (name) => {
      const entry = running(pids, name)
      if (entry) await stop(entry, pids)
    }),
  )
}
