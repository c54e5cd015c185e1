import type { ReportAt } from './violation.js'

/** Whether a show holds for those alone whom its waiting room has admitted, and which admissions were spent. */
export class ShowGate {
  private required = false
  private readonly spent = new Set<string>()

  constructor(private readonly report: ReportAt) {}

  require(offset: number): void {
    if (this.required) this.report('transition-wrong', offset, 'admission was required before')
    this.required = true
  }

  lift(offset: number): void {
    if (!this.required) this.report('transition-wrong', offset, 'admission was not required')
    this.required = false
  }

  checkHeld(showId: string, admissionId: string | null | undefined, offset: number): void {
    if (!admissionId) {
      if (this.required) this.report('admission-wrong', offset, 'held without an admission')
      return
    }
    const number = admissionId.startsWith(`${showId}.`) ? admissionId.slice(showId.length + 1) : ''
    if (!this.required) this.report('admission-wrong', offset, `${admissionId} spent where none is required`)
    if (!/^(0|[1-9][0-9]*)$/.test(number)) this.report('admission-wrong', offset, `${admissionId} is none of this show`)
    if (this.spent.has(admissionId)) this.report('admission-wrong', offset, `${admissionId} spent a second time`)
    this.spent.add(admissionId)
  }
}
