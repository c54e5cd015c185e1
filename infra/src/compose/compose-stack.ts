import { execa } from 'execa'
import type { ProcessStatus, Stack, StackConnection } from '../stack.js'
import type { StackState } from '../state.js'

export class ComposeStack implements Stack {
  constructor(
    readonly connection: StackConnection,
    private readonly state: StackState,
  ) {}
  status(): Promise<ProcessStatus[]> {
    throw new Error('x')
  }
  pid(): number | null {
    throw new Error('x')
  }
  env(): Record<string, string> {
    throw new Error('x')
  }
  kill(): boolean {
    throw new Error('x')
  }
  restart(): Promise<void> {
    throw new Error('x')
  }
  startAnother(): Promise<void> {
    throw new Error('x')
  }
  logFile(): string {
    throw new Error('x')
  }
  stop(): Promise<void> {
    throw new Error('x')
  }
}
export async function launchCompose(
  connection: StackConnection,
  state: StackState,
  onProgress: (line: string) => void,
): Promise<Stack> {
  return new ComposeStack(connection, state)
}
