import { type Finding, Findings } from '../finding.js'
import type { Patient } from '../patient.js'

const reasonsOf = async (url: string): Promise<string> => {
  try {
    const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2_000) })
    const { reasons } = (await answer.json()) as { reasons?: string[] }
    return reasons?.length ? `: ${reasons.join('; ')}` : ''
  } catch {
    return ''
  }
}

/** Every process that was started runs and is ready. */
export async function processes({ stack }: Patient): Promise<Finding[]> {
  const found = new Findings('processes')
  const all = await stack.status()
  for (const { name, kind, pid, ready, url } of all) {
    if (pid === null)
      found.fail(`${name} does not run`, `./onsale logs ${name} says why it ended; ./onsale up starts it again`)
    else if (!ready)
      found.fail(`${name} is not ready${kind === 'service' ? await reasonsOf(url) : ''}`, `./onsale logs ${name}`)
  }
  return found.orOk(`${all.length} run and are ready`)
}
