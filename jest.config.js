// The tier is the suffix: x.unit.spec.ts needs nothing, x.int.spec.ts real servers, x.e2e.spec.ts the whole system,
// x.faults.spec.ts a whole system of its own to break.
const rooms = 'domain|schemas|command-api|decider|projectors|reactors|query-api|simulator|bench|cli|infra'

const tier = (name, extra = {}) => ({
  displayName: name,
  rootDir: import.meta.dirname,
  testMatch: [`<rootDir>/*/src/**/*.${name}.spec.ts`, `<rootDir>/tests/**/*.${name}.spec.ts`],
  testEnvironment: 'node',
  cacheDirectory: '<rootDir>/.onsale/jest',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^@onsale/platform/(.*)$': '<rootDir>/platform/src/$1/index.ts',
    '^@onsale/command-api/ingress$': '<rootDir>/command-api/src/ingress/index.ts',
    [`^@onsale/(${rooms})$`]: '<rootDir>/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2024',
          keepClassNames: true,
        },
        module: { type: 'es6' },
      },
    ],
  },
  ...extra,
})

// Real servers, once for all the suites of the int tier; a whole system, once for those of the e2e tier.
const servers = {
  globalSetup: '<rootDir>/infra/jest/start-servers.js',
  globalTeardown: '<rootDir>/infra/jest/stop-servers.js',
}

const system = {
  globalSetup: '<rootDir>/tests/jest/start-system.js',
  globalTeardown: '<rootDir>/tests/jest/stop-system.js',
}

export default {
  // Only a test that hangs takes so long: how fast a machine is says nothing about what is right.
  testTimeout: 120_000,
  projects: [tier('unit'), tier('int', servers), tier('e2e', system), tier('faults')],
}
