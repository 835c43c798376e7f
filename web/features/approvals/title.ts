import type { Approval } from '../../../worker/features/approvals/contract.ts'
import type { T } from '../../i18n/use-t.ts'
import { mainRule } from './inbox.ts'

/** The rules of thumb about commands; those about tools have no title of their own. */
export const commandRules = [
  'destructive-delete',
  'disk-write',
  'privilege-escalation',
  'remote-code',
  'network-exfiltration',
  'credential-access',
  'permission-change',
  'service-control',
  'package-install',
  'git-history',
  'database-write',
  'process-kill',
  'shell-eval',
  'gateway-warning',
  'gateway-risk',
  'read-only',
  'unknown-command',
] as const

/** What is asked, as a title: what a budget asks for, the requester's own sentence, else what the gravest risk rule says it does. */
export const approvalTitle = (t: T, approval: Approval) => {
  if (approval.action === 'budget.override') {
    const { budget, amountMicroUsd } = approval.arguments ?? {}
    if (typeof budget === 'string' && typeof amountMicroUsd === 'number')
      return t('rule.budget', { budget, amount: amountMicroUsd / 1_000_000 })
  }
  if (approval.title) return approval.title
  if (approval.source !== 'openclaw.exec') return t('rule.tool', { tool: approval.action })
  const rule = mainRule(approval)
  const id = commandRules.find((one) => one === rule)
  return t(`rule.${id ?? 'other'}`)
}
