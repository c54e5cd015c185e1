export { parseBundle, type SchemaBundle } from './bundle.js'
export {
  type Codec,
  type DecodedValue,
  MalformedValueError,
  RegistryUnavailableError,
  SchemaConflictError,
  UnknownSchemaError,
} from './codec.js'
export { type CodecOptions, createCodec, localCodec } from './create-codec.js'
export { IncompatibleSchemaError, type RegisterOptions, registerSchemas } from './register-schemas.js'
export { type RestoreSchemasOptions, restoreSchemas } from './restore-schemas.js'
export { SchemaCodec } from './schema-codec.js'
export { unregisteredSubjects } from './unregistered-subjects.js'
