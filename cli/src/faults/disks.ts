import { execFileSync } from 'node:child_process'
import {
  closeSync,
  cpSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Stack } from '@onsale/infra'

/** Room that a server has, beyond what it has written when it gets its disk, MiB. A database takes more at a time, and far more in all. */
const roomMiB = (name: string) => (name.startsWith('mysql') ? 320 : 64)
const chunk = Buffer.alloc(1_048_576)

/** A disk in memory of its own for the data of each of some servers, which can be filled up. */
export class Disks {
  private readonly folder = mkdtempSync(join(tmpdir(), 'onsale-disks-'))
  private readonly names = new Set<string>()

  private constructor(private readonly stack: Stack) {}

  /** Why there can be none here; null where there can. */
  static hindrance(): string | null {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root of a Linux machine may mount a disk'
    const folder = mkdtempSync(join(tmpdir(), 'onsale-disk-'))
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'onsale', folder], { stdio: 'pipe' })
      execFileSync('umount', [folder], { stdio: 'pipe' })
      return null
    } catch (error) {
      return `a disk can't be mounted: ${(error as Error).message.trim().split('\n').at(-1)}`
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }

  /** Moves the servers' data to disks of their own; each is started again. */
  static async under(stack: Stack, names: readonly string[]): Promise<Disks> {
    const disks = new Disks(stack)
    try {
      for (const name of names) await disks.move(name)
      return disks
    } catch (error) {
      disks.remove()
      throw error
    }
  }

  /** Until not one byte more can be written, or so many as are to be left. */
  fill(name: string, leaving = 0): void {
    const file = openSync(this.filler(name), 'a')
    try {
      for (let size = chunk.length; size >= 1; ) {
        try {
          writeSync(file, chunk, 0, size)
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
          size >>= 1
        }
      }
      if (leaving > 0) ftruncateSync(file, fstatSync(file).size - leaving)
    } finally {
      closeSync(file)
    }
  }

  isFull(name: string): boolean {
    const probe = join(this.place(name), 'probe')
    try {
      const file = openSync(probe, 'w')
      try {
        return writeSync(file, chunk, 0, 4_096) < 4_096
      } finally {
        closeSync(file)
        rmSync(probe)
      }
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ENOSPC'
    }
  }

  /** Makes room again. */
  free(name: string): void {
    rmSync(this.filler(name), { force: true })
  }

  freeAll(): void {
    for (const name of this.names) this.free(name)
  }

  /** Unmounts all; whoever wants what is on them takes it into `keep` first. Nothing may run on them any more. */
  remove(keep?: string): void {
    for (const name of this.names) {
      if (keep) {
        rmSync(join(keep, name), { force: true })
        cpSync(this.data(name), join(keep, name), { recursive: true })
      }
      execFileSync('umount', ['--lazy', this.place(name)], { stdio: 'pipe' })
    }
    this.names.clear()
    rmSync(this.folder, { recursive: true, force: true })
  }

  private async move(name: string): Promise<void> {
    const { stack } = this
    const original = join(stack.connection.dir, 'data', name)
    stack.kill(name, 'SIGTERM')
    while (stack.pid(name) !== null) await new Promise((resolve) => setTimeout(resolve, 20))
    // Room that a database has set aside for its log is its own; an index of Kafka's is as large as it says only in the end.
    const whole = name.startsWith('mysql')
    const du = execFileSync('du', ['-sm', ...(whole ? ['--apparent-size'] : []), original], { encoding: 'utf8' })
    const used = Number(du.split('\t')[0])
    const place = this.place(name)
    mkdirSync(place)
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${used + roomMiB(name)}m`, 'onsale', place], { stdio: 'pipe' })
    this.names.add(name)
    execFileSync('cp', ['--archive', `--sparse=${whole ? 'never' : 'always'}`, original, this.data(name)])
    rmSync(original, { recursive: true })
    symlinkSync(this.data(name), original)
    await stack.restart(name)
  }

  private place = (name: string) => join(this.folder, name)
  private data = (name: string) => join(this.place(name), 'data')
  private filler = (name: string) => join(this.place(name), 'filler')
}
