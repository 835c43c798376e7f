import { logFault } from '../../worker/platform/log.ts'
import { auditStream } from '../audit-stream/stub.ts'

export const listenersMigration = 'CREATE TABLE listeners (stream_id TEXT PRIMARY KEY) WITHOUT ROWID'

/**
 * The streams that want to hear when there is something new. They are woken with the checkpoint, so an append pays
 * nothing for them; one that cannot be reached is left to cron.
 */
export class Listeners {
  private readonly storage: DurableObjectStorage
  private readonly env: Env
  private readonly organizationId: string

  constructor(storage: DurableObjectStorage, env: Env, organizationId: string) {
    this.storage = storage
    this.env = env
    this.organizationId = organizationId
  }

  add(streamId: string): void {
    this.storage.sql.exec('INSERT OR IGNORE INTO listeners (stream_id) VALUES (?)', streamId)
  }

  remove(streamId: string): void {
    this.storage.sql.exec('DELETE FROM listeners WHERE stream_id = ?', streamId)
  }

  /** Never throws. */
  async wake(): Promise<void> {
    const rows = this.storage.sql.exec<{ stream_id: string }>('SELECT stream_id FROM listeners').toArray()
    await Promise.all(rows.map(({ stream_id }) => this.wakeOne(stream_id)))
  }

  private async wakeOne(streamId: string): Promise<void> {
    try {
      await auditStream(this.env, streamId).wake(this.organizationId, streamId)
    } catch (error) {
      logFault('audit.stream-not-woken', error, { organizationId: this.organizationId, streamId })
    }
  }
}
