import { Approval } from '../../worker/features/approvals/contract.ts'
import { RequestApproval } from '../../worker/features/approvals/requester/contract.ts'
import { defaultAsk, Rule, type RuleOutcome } from '../../worker/features/rules/contract.ts'
import { ruleSets } from '../../worker/features/rules/schema.ts'
import type { OrganizationContext } from '../../worker/platform/context.ts'
import { newId } from '../../worker/platform/ids.ts'
import { post } from './call.ts'
import { unique } from './gateway-events.ts'
import type { Person } from './organizations.ts'

/** A request of some system, harmless where a test does not care. */
export const aRequest = (facts: Partial<RequestApproval> = {}): RequestApproval =>
  RequestApproval.parse({ action: 'deploy.release', title: 'Release the site', command: 'make release', ...facts })

/** Asks over HTTP; under a key of its own unless one is given. */
export const ask = async (
  person: Pick<Person, 'authorization'>,
  body: unknown = aRequest(),
  key: string = unique('key'),
): Promise<Response> => post('/api/v1/approvals', body, { ...(await person.authorization()), 'idempotency-key': key })

/** The same, for what must succeed. */
export const anAskedApproval = async (
  person: Pick<Person, 'authorization'>,
  facts: Partial<RequestApproval> = {},
): Promise<Approval> => {
  const answer = await ask(person, aRequest(facts))
  if (answer.status !== 201) throw new Error(`answered ${answer.status}: ${await answer.text()}`)
  return Approval.parse(await answer.json())
}

export const anAsk = { ...defaultAsk }

/** Writes a next version of the organization's rules, straight to D1. */
export const withRules = async (
  ctx: OrganizationContext,
  version: number,
  ...rules: { condition: string; outcome: RuleOutcome; mode?: 'enforce' | 'shadow'; name?: string }[]
): Promise<Rule[]> => {
  const list = rules.map((rule, index) => Rule.parse({ id: newId('rul'), name: `Rule ${index + 1}`, ...rule }))
  await ctx.db.insert(ruleSets).values({
    organizationId: ctx.organizationId,
    version,
    rules: list,
    note: '',
    changedByKind: 'member',
    changedById: ctx.actor.id,
    changedByName: ctx.actorName,
    changedAt: Date.now(),
  })
  return list
}
