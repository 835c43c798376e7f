import { iso, isoOrNull } from '../../platform/time.ts'
import { scopesOf } from './authenticate.ts'
import type { ApiKey } from './contract.ts'
import type { ApiKeyRow } from './schema.ts'

export const viewApiKey = (row: ApiKeyRow, createdBy: string): ApiKey => ({
  id: row.id,
  name: row.name,
  hint: row.hint,
  scopes: scopesOf(row.scopes),
  createdBy,
  createdAt: iso(row.createdAt),
  expiresAt: isoOrNull(row.expiresAt),
  lastUsedAt: isoOrNull(row.lastUsedAt),
})
