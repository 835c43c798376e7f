import type { Answered, Query } from './contract.ts'

export type { Answer, Answered, Query, Value } from './contract.ts'
export { databaseName } from './contract.ts'

/** The database of an installation on one machine; in the cloud it is D1. */
export interface DatabaseRpc {
  /**
   * Runs statements in their order in one transaction. When it resolves, what they wrote is durable, all of it or nothing.
   * `atWork` is how many requests the caller works on: while there are several, a write waits a few milliseconds at most
   * for those of the others, and is committed together with them.
   */
  run(queries: readonly Query[], options?: { atWork?: number }): Promise<Answered>
}
