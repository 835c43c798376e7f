import type { Ask, Rule, RuleSet } from '../../../worker/features/rules/contract.ts'
import { defaultAsk } from '../../../worker/features/rules/contract.ts'
import { acting } from './acting.ts'
import { anId } from './build.ts'
import { type Call, FakeServer } from './fake-server.ts'

export const aRule = (number: number, given: Partial<Rule> = {}): Rule => ({
  id: anId('rul', number),
  name: `rule ${number}`,
  description: '',
  enabled: true,
  mode: 'enforce',
  condition: 'risk == "high"',
  outcome: { kind: 'allow' },
  ...given,
})

export const anAsk = (given: Partial<Ask> = {}): Rule['outcome'] => ({ kind: 'ask', ask: { ...defaultAsk, ...given } })

export const aRuleSet = (version: number, rules: Rule[]): RuleSet => ({
  version,
  rules,
  note: '',
  changedBy: { kind: 'member', id: anId('usr', 2), name: 'Ada' },
  changedAt: new Date().toISOString(),
})

/** Of a save whose answer nobody compares. */
export const noDifference = { added: [], removed: [], changed: [], moved: [] }

/** Server-Sent Events as the server writes them. */
export const events = (...told: [string, unknown][]) =>
  told.map(([event, data]) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`).join('')

/** A server with these rules, whose answers to other questions about rules can be given. */
export const serverWithRules = (set: RuleSet, answer: (call: Call) => Response | undefined = () => undefined) => {
  const server = new FakeServer()
  const state = { server, set }
  server.intercept = (call) => {
    const given = answer(call)
    if (given) return given
    const line = `${call.method} ${call.path}`
    if (line === 'GET /approvals/rules') return Response.json(state.set)
    if (line === 'POST /approvals/rules/replay')
      return new Response('', { headers: { 'content-type': 'text/event-stream' } })
    if (line === 'POST /approvals/rules/check')
      return Response.json({ ok: true, faults: [], warnings: [], cost: 10, costMax: 100, variables: ['command'] })
    return undefined
  }
  return state
}

/** Writes into a field as a person would. */
export const type = (field: HTMLInputElement | HTMLTextAreaElement, text: string) =>
  acting(() => {
    const prototype = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement.prototype : HTMLInputElement.prototype
    Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, text)
    field.dispatchEvent(new Event('input', { bubbles: true }))
  })
