import { scopesOf } from './authenticate.ts'
import type { ApiKey } from './contract.ts'
import type { ApiKeyRow } from './schema.ts'

export const viewApiKey = (row: ApiKeyRow, createdBy: string): ApiKey => ({
  id: row.id,
  name: row.name,
  hint: row.hint,
  scopes: scopesOf(row.scopes),
  createdBy,
  createdAt: new Date(row.createdAt).toISOString(),
  expiresAt: row.expiresAt === null ? null : new Date(row.expiresAt).toISOString(),
  lastUsedAt: row.lastUsedAt === null ? null : new Date(row.lastUsedAt).toISOString(),
})
