const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[`.,:]/g, '')
    .trim()
    .replaceAll(' ', '-')

/**
 * What promtool does not see: an alert that no test lets fire, or none of whose tests lets it be silent, and a runbook that is
 * not there.
 * @param documents the text of a file of the checkout, by path; null where there is none
 */
export function faultsOfRules(
  rules: readonly string[],
  tests: readonly string[],
  documents: (path: string) => string | null,
): string[] {
  const all = (texts: readonly string[], pattern: RegExp) => texts.flatMap((text) => [...text.matchAll(pattern)])
  const alerts = new Set(all(rules, /^\s*- alert: (\w+)/gm).map(([, name]) => name as string))
  const fired = new Set(all(tests, /alertname: (\w+)\n\s*exp_alerts:\n/g).map(([, name]) => name as string))
  const faults = [...alerts].filter((name) => !fired.has(name)).map((name) => `no test lets ${name} fire`)
  for (const [, path = '', anchor] of all(rules, /^\s*runbook: ([\w./-]+)(?:#([\w-]+))?$/gm)) {
    const text = documents(path)
    const headings = [...(text ?? '').matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading as string))
    if (text === null) faults.push(`the runbook ${path} is not there`)
    else if (anchor && !headings.includes(anchor)) faults.push(`${path} has no heading for ${anchor}`)
  }
  return [...new Set(faults)]
}
