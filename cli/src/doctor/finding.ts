/** 1: it works, and will not for ever, or not as well as it should. 2: something does not work, or promises are at stake. */
export type Severity = 'ok' | 'warning' | 'critical'

export interface Finding {
  check: string
  severity: Severity
  /** What was found. */
  finding: string
  /** What to do about it; empty where nothing is the matter. */
  advice: string
}

/** Findings of one check, said shortly. */
export class Findings {
  readonly all: Finding[] = []

  constructor(readonly check: string) {}

  warn(finding: string, advice: string): void {
    this.all.push({ check: this.check, severity: 'warning', finding, advice })
  }

  fail(finding: string, advice: string): void {
    this.all.push({ check: this.check, severity: 'critical', finding, advice })
  }

  /** What there is to say where nothing is the matter. */
  orOk(finding: string): Finding[] {
    return this.all.length > 0 ? this.all : [{ check: this.check, severity: 'ok', finding, advice: '' }]
  }
}

/** 0: healthy; 1: warnings; 3: critical (2 is bad usage, or nothing to talk to). */
export function exitCodeOf(findings: readonly Finding[]): 0 | 1 | 3 {
  if (findings.some(({ severity }) => severity === 'critical')) return 3
  return findings.some(({ severity }) => severity === 'warning') ? 1 : 0
}
