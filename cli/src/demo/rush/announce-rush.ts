import type { RushResult } from './rush.js'

const share = (value: number | null) => (value === null ? 'unknown' : `${(value * 100).toFixed(1)} %`)
const rounded = (value: number | null) => (value === null ? null : Math.round(value * 1_000) / 1_000)

/** The last line of `--json`. */
export function rushSummary(result: RushResult): object {
  const { visitors, capacity, sold, oversold, fifoInversions, doubledPlaces, maxRatePerMinute, rateLimit } = result
  const { maxActive, slotLimit, overAdmitted, rateUsedShare, etaWithinP90, lost } = result
  return {
    ...{ visitors, capacity, sold, oversold, fifoInversions, doubledPlaces, maxRatePerMinute, rateLimit },
    ...{ maxActive, slotLimit, overAdmitted, rateUsedShare: rounded(rateUsedShare) },
    ...{ etaWithinP90: rounded(etaWithinP90), lost },
  }
}

export function announceRush(result: RushResult, seconds: number, out: NodeJS.WriteStream): void {
  const { visitors, capacity, sold, oversold, lost, entries, admitted, showId, phases, objections } = result
  const { maxRatePerMinute, rateLimit, maxPerSecond, maxActive, slotLimit, overAdmitted } = result
  const s = (ms: number) => `${(ms / 1_000).toFixed(1)} s`
  const lines = [
    '',
    `sold ${sold} of ${capacity}, oversold ${oversold}; ${entries} of ${visitors} visitors came, ${admitted} were admitted, lost ${lost}`,
    `${result.fifoInversions} admitted before their turn, ${result.doubledPlaces} places doubled, ${overAdmitted} admitted beyond rate, slots or stock`,
    `at most ${maxRatePerMinute} in a minute (${rateLimit}), ${maxPerSecond} in a second, ${maxActive} at once (${slotLimit})`,
    `${share(result.rateUsedShare)} of the rate used while people waited, stock lasted and slots were free; ${share(result.etaWithinP90)} of forecasts kept`,
    `${seconds} s: venue and visitors ${s(phases.prepare)}, rush ${s(phases.rush)}, recount ${s(phases.count)}`,
    ...objections.slice(0, 20).map((line) => `✗ ${line}`),
    ...(objections.length > 20 ? [`✗ and ${objections.length - 20} more`] : []),
    '',
    `The draw     ./onsale queue verify-draw --show ${showId}`,
    `The log      ./onsale events --queue --show ${showId}`,
    'Recount      ./onsale audit --against-read-model',
    'Stop         ./onsale down',
    '',
  ]
  out.write(lines.join('\n'))
}
