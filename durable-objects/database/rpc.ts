import type { Answered, Query } from './contract.ts'

export type { Answer, Answered, Query, Value } from './contract.ts'
export { databaseName } from './contract.ts'

/** The database of an installation on one machine; in the cloud it is D1. */
export interface DatabaseRpc {
  /**
   * Runs statements in their order in one transaction. When it resolves, what they wrote is durable,
   * all of it or nothing. What may wait for a moment is committed together with what others write meanwhile.
   */
  run(queries: readonly Query[], options?: { mayWait?: boolean }): Promise<Answered>
}
