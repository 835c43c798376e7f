import type { Risk } from '../../../platform/contract.ts'
import { iso } from '../../../platform/time.ts'
import type { CompiledRules } from '../compile-rules.ts'
import { type OutcomeKind, outcomeKinds, type Verdict } from '../contract.ts'
import { type Happening, happenings, type ReplayResult, replayChangesMax } from './contract.ts'

/** What a recorded request tells of how it ended. */
export interface Recorded {
  id: string
  requestedAt: number
  command: string
  risk: Risk
  outcome: 'allow_once' | 'allow_always' | 'reject' | null
  decidedByKind: 'member' | 'api_key' | 'gateway' | 'rule' | 'grant' | 'expiry' | null
}

/** A decision for want of an answer is none of a person's; whoever decides at a gateway is one. */
export const happeningOf = ({ outcome, decidedByKind }: Pick<Recorded, 'outcome' | 'decidedByKind'>): Happening => {
  if (outcome === null || decidedByKind === null || decidedByKind === 'expiry') return 'asked_unanswered'
  const allowed = outcome !== 'reject'
  if (decidedByKind === 'rule' || decidedByKind === 'grant') return allowed ? 'allowed' : 'refused'
  return allowed ? 'asked_allowed' : 'asked_refused'
}

const kindOf = (happening: Happening): OutcomeKind =>
  happening === 'allowed' ? 'allow' : happening === 'refused' ? 'refuse' : 'ask'

type Cell = ReplayResult['matrix'][number]

/** Counts what happened against what would happen, in memory that does not grow with the number of requests. */
export class Tally {
  scanned = 0
  private readonly cells = new Map<string, Cell>()
  private readonly perRule: Map<string, ReplayResult['rules'][number]>
  private readonly changes: ReplayResult['changes'] = []
  private changed = 0
  private unruled = 0

  constructor({ rules }: CompiledRules) {
    this.perRule = new Map(
      rules.map(({ rule: { id, name, mode } }) => [id, { ...{ id, name, mode }, hits: 0, errors: 0 }]),
    )
  }

  count(row: Recorded, verdict: Verdict): void {
    this.scanned += 1
    const happened = happeningOf(row)
    const would = verdict.outcome.kind
    const cell = this.cellOf(happened, would)
    cell.count += 1
    cell.byRisk[row.risk] += 1
    if (verdict.rule) this.hit(verdict.rule.id, verdict.error !== null)
    else this.unruled += 1
    for (const { ruleId, error } of verdict.shadowed) this.hit(ruleId, error !== undefined)
    if (kindOf(happened) === would) return
    this.changed += 1
    if (this.changes.length < replayChangesMax)
      this.changes.push({
        approvalId: row.id,
        requestedAt: iso(row.requestedAt),
        command: row.command.slice(0, 500),
        risk: row.risk,
        from: happened,
        to: would,
        ruleId: verdict.rule?.id ?? null,
        ruleName: verdict.rule?.name ?? null,
      })
  }

  result(ms: number, version: number | null): ReplayResult {
    const matrix = happenings.flatMap((happened) =>
      outcomeKinds.flatMap((would) => this.cells.get(`${happened} ${would}`) ?? []),
    )
    const { scanned, unruled, changed, changes } = this
    return { scanned, ms, version, matrix, rules: [...this.perRule.values()], unruled, changed, changes }
  }

  private hit(ruleId: string, failed: boolean): void {
    const rule = this.perRule.get(ruleId)
    if (!rule) return
    rule.hits += 1
    if (failed) rule.errors += 1
  }

  private cellOf(happened: Happening, would: OutcomeKind): Cell {
    const key = `${happened} ${would}`
    const cell = this.cells.get(key) ?? {
      happened,
      would,
      count: 0,
      byRisk: { low: 0, medium: 0, high: 0, critical: 0 },
    }
    this.cells.set(key, cell)
    return cell
  }
}
