export type { RowDifference } from './compare-tables.js'
export {
  type ComparisonOptions,
  compareVersions,
  type UnitDifference,
  type VersionComparison,
} from './compare-versions.js'
export { dropVersion } from './drop-version.js'
export {
  pauseRebuild,
  planRebuild,
  type RebuildPlan,
  type RebuildRequest,
  resumeRebuild,
  startRebuild,
} from './rebuild.js'
export { type Switched, type SwitchRequest, switchVersion } from './switch-version.js'
export { type Version, VersionRefusedError } from './version.js'
export { type VersionProgress, versionProgress } from './version-progress.js'
export { listVersions, numbered, servingOf } from './version-rows.js'
