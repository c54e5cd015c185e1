import { execa } from 'execa'
import { findExecutable } from './executables.js'
import type { Engine } from './stack.js'

/** The program that manages containers here, or null: a client whose daemon does not answer is common. */
export async function containerProgram(): Promise<'docker' | 'podman' | null> {
  for (const program of ['docker', 'podman'] as const) {
    if (!findExecutable(program)) continue
    const { exitCode } = await execa(program, ['info'], { reject: false, timeout: 10_000, stdio: 'ignore' })
    if (exitCode === 0) return program
  }
  return null
}

/** ONSALE_ENGINE where it is set, else compose where an engine answers. */
export async function chooseEngine(answers: () => Promise<boolean>): Promise<Engine> {
  const wanted = process.env.ONSALE_ENGINE
  if (wanted === 'native' || wanted === 'compose') return wanted
  if (wanted) throw new Error(`ONSALE_ENGINE is ${wanted}; it may be native or compose`)
  return (await answers()) ? 'compose' : 'native'
}
