/** Episodes that once broke a promise, and what was wrong then: run by every test of the simulator. */
export const knownSeeds: readonly { seed: string; commands: number; was: string }[] = [
  {
    seed: '23/3',
    commands: 4_058,
    was: 'an owner that had stood still for longer than the retention of commands halted',
  },
]
