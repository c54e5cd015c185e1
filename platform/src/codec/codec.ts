/** Values of the log: Avro in the Confluent wire format (0, four bytes of schema id, Avro). */
export interface Codec {
  /**
   * @param name full record name, e.g. onsale.reservation.events.SeatsHeld
   * @throws MalformedValueError where the data does not fit the schema
   */
  encode(name: string, data: unknown): Buffer
  /**
   * Synchronous once the writer's schema has been seen. The data has the shape of our schema of the same full name,
   * whichever version wrote it.
   * @throws UnknownSchemaError, MalformedValueError: final, the value will never be read by this build;
   *   RegistryUnavailableError: transient, the same value may be read later
   */
  decode(value: Buffer): DecodedValue | Promise<DecodedValue>
}

export interface DecodedValue {
  /** Full record name. */
  name: string
  data: unknown
}

/** Nobody (neither registry nor bundle) knows the schema id, or this build does not know the record's name. */
export class UnknownSchemaError extends Error {}

/** Not the wire format, or bytes that are not what their schema says, or data that does not fit the schema. */
export class MalformedValueError extends Error {}

/** The registry does not answer and the bundle does not have the schema. */
export class RegistryUnavailableError extends Error {}

/** Registry, bundle and build contradict each other: going on could write or read the wrong thing. */
export class SchemaConflictError extends Error {}
