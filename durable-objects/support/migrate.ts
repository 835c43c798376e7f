/**
 * Brings an object's SQLite up to date: runs the migrations it has not run yet, in order, in one transaction. The list
 * is only ever appended to. Call it before anything else reads the storage. Throws when the storage is newer than the
 * code, which must not write into what it does not know.
 */
export const migrate = (storage: DurableObjectStorage, migrations: readonly string[]): void => {
  storage.transactionSync(() => {
    storage.sql.exec('CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)')
    const [row] = storage.sql.exec<{ version: number }>('SELECT version FROM schema_version').toArray()
    const version = row?.version ?? 0
    if (version > migrations.length)
      throw new Error(`storage is at version ${version}, the code at ${migrations.length}`)
    if (version === migrations.length && row) return
    for (const migration of migrations.slice(version)) storage.sql.exec(migration)
    storage.sql.exec('DELETE FROM schema_version')
    storage.sql.exec('INSERT INTO schema_version (version) VALUES (?)', migrations.length)
  })
}
