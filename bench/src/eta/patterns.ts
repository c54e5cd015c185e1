/** How visitors come, and what becomes of them; times in seconds. */
export interface EtaPattern {
  name: string
  ratePerMinute: number
  slots: number
  admissionSeconds: number
  lobby: number
  /** Those who come later: so many in all, within so many seconds of the opening. */
  later: number
  laterSeconds: number
  /** Of the admitted: share who never come, share whose reservation ends without a purchase. */
  noShow: number
  abandon: number
  /** Of those who wait, share who go, each at a time of their own within `patienceSeconds`. */
  leave: number
  patienceSeconds: number
  /** From admission to the end of the reservation, evenly between. */
  busySeconds: [number, number]
  /** Changes of the settings while it goes. */
  changes: { atSeconds: number; ratePerMinute: number; slots: number }[]
  /** The room is paused from, until. */
  pause: [number, number] | null
}

const usual: EtaPattern = {
  ...{ name: 'everybody at the opening', ratePerMinute: 1_200, slots: 150, admissionSeconds: 60 },
  ...{ lobby: 3_000, later: 0, laterSeconds: 1, noShow: 0.1, abandon: 0.1, leave: 0.05, patienceSeconds: 1_200 },
  ...{ busySeconds: [10, 50], changes: [], pause: null },
}

export const etaPatterns: EtaPattern[] = [
  usual,
  { ...usual, name: 'nine of ten do not buy', noShow: 0.5, abandon: 0.4 },
  { ...usual, name: 'the rate is what limits', slots: 2_000, ratePerMinute: 300 },
  { ...usual, name: 'they come all along', lobby: 300, later: 2_700, laterSeconds: 600 },
  { ...usual, name: 'in two waves', lobby: 1_500, later: 1_500, laterSeconds: 20 },
  { ...usual, name: 'a third loses patience', leave: 0.34, patienceSeconds: 600 },
  { ...usual, name: 'slow buyers', busySeconds: [30, 240], slots: 300 },
  {
    ...{ ...usual, name: 'rate and slots are halved, then doubled' },
    changes: [
      { atSeconds: 120, ratePerMinute: 600, slots: 75 },
      { atSeconds: 360, ratePerMinute: 1_200, slots: 150 },
    ],
  },
  { ...usual, name: 'a small room', lobby: 200, slots: 10, ratePerMinute: 120, busySeconds: [5, 60] },
]
