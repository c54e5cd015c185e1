// Which room may import which: the table of the design, as rules. A room's own sources are always open to itself.
const rooms = [
  'domain',
  'schemas',
  'platform',
  'command-api',
  'decider',
  'projectors',
  'reactors',
  'query-api',
  'simulator',
  'bench',
  'cli',
  'infra',
]
const table = {
  domain: [],
  schemas: [],
  platform: ['schemas'],
  'command-api': ['domain', 'schemas', 'platform'],
  decider: ['domain', 'schemas', 'platform'],
  projectors: ['domain', 'schemas', 'platform'],
  reactors: ['domain', 'schemas', 'platform'],
  'query-api': ['domain', 'schemas', 'platform'],
  simulator: ['domain', 'schemas', 'platform', 'command-api', 'decider', 'projectors', 'reactors'],
  bench: ['domain', 'schemas', 'platform', 'decider', 'infra'],
  cli: ['domain', 'schemas', 'platform', 'decider', 'projectors', 'simulator', 'bench', 'infra'],
  infra: ['platform'],
}
const anyOf = (names) => `^(${names.join('|')})/`
const spec = '\\.spec\\.ts$|/testing/'

const imports = (room) => ({
  name: `${room}-imports`,
  comment: `${room} may import ${table[room].join(', ') || 'no other room'}`,
  severity: 'error',
  from: { path: `^${room}/src/`, pathNot: spec },
  to: { path: anyOf(rooms.filter((other) => other !== room && !table[room].includes(other))) },
})

// Tests also get their servers from infra, and the platform's tests may use what stands on it.
const testImports = (room) => ({
  ...imports(room),
  name: `${room}-test-imports`,
  from: { path: `^${room}/src/.*(${spec})` },
  to: { path: anyOf(rooms.filter((other) => ![room, 'infra', ...table[room]].includes(other))) },
})

export default {
  forbidden: [
    ...rooms.map(imports),
    ...rooms.map(testImports),
    {
      name: 'domain-is-pure',
      comment: 'the domain imports nothing at all: no package, nothing of node',
      severity: 'error',
      from: { path: '^domain/src/', pathNot: spec },
      to: { pathNot: '^domain/src/' },
    },
    {
      name: 'audit-counts-for-itself',
      comment: 'the audit recounts the log with code of its own',
      severity: 'error',
      from: { path: '^cli/src/audit/', pathNot: spec },
      to: { path: '^(domain|decider|projectors)/' },
    },
    {
      name: 'front-door-only',
      comment: 'another room is imported by its name, not by a path into its sources',
      severity: 'error',
      from: { path: '^([^/]+)/src/' },
      to: { path: '^[^/]+/src/', pathNot: '^$1/src/' },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'no-tests-in-sources', severity: 'error', from: { pathNot: spec }, to: { path: spec } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'declared',
      comment: "a package that is imported stands in the room's package.json, or (tests only) in the root's",
      severity: 'error',
      // What starts the containers of test runs is loaded by test runs alone.
      from: { path: '/src/', pathNot: `${spec}|^infra/src/testcontainers/` },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'], dependencyTypesNot: ['npm'] },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '/dist/'] },
    exclude: { path: ['(^|/)coverage/'] },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    moduleSystems: ['es6'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.js', '.json'],
      mainFields: ['module', 'main'],
    },
  },
}
