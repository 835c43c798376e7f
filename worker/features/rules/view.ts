import { iso } from '../../platform/time.ts'
import type { RuleSet, RuleSetVersion } from './contract.ts'
import type { RuleSetRow } from './schema.ts'

const neverWritten: RuleSet = { version: 0, rules: [], note: '', changedBy: null, changedAt: null }

export const viewRuleSet = (row: RuleSetRow | undefined): RuleSet =>
  row ? { ...told(row), rules: row.rules } : neverWritten

export const viewVersion = (row: Omit<RuleSetRow, 'organizationId' | 'rules'> & { count: number }): RuleSetVersion => ({
  ...told(row),
  count: row.count,
})

const told = (row: Omit<RuleSetRow, 'organizationId' | 'rules'>) => ({
  version: row.version,
  note: row.note,
  changedBy: { kind: row.changedByKind, id: row.changedById, name: row.changedByName },
  changedAt: iso(row.changedAt),
})
