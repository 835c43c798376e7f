import { type PutRules, type RuleDraft, RuleSet, SavedRules } from '../../../worker/features/rules/contract.ts'
import { call } from '../../support/call.ts'
import type { Person } from '../../support/organizations.ts'

interface Sent {
  path?: string
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  body?: unknown
  version?: number | string
}

/** One request below /approvals/rules as this person; `version` goes into If-Match. */
export const send = async (person: Person, { path = '', method = 'GET', body, version }: Sent = {}) =>
  call(`/api/v1/approvals/rules${path}`, {
    method,
    ...(body !== undefined && { body }),
    headers: {
      ...(await person.authorization()),
      ...(version !== undefined && { 'if-match': typeof version === 'number' ? `"${version}"` : version }),
    },
  })

export const put = (person: Person, version: number, rules: RuleDraft[], note: PutRules['note'] = '') =>
  send(person, { method: 'PUT', version, body: { rules, note } })

export const rulesOf = async (person: Person): Promise<RuleSet> => RuleSet.parse(await (await send(person)).json())

/** Saves over whatever is there. */
export const haveRules = async (person: Person, rules: RuleDraft[]): Promise<SavedRules> =>
  SavedRules.parse(await (await put(person, (await rulesOf(person)).version, rules)).json())
