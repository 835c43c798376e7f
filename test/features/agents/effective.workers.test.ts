import { expect, test } from 'vitest'
import {
  AgentComparison,
  AgentEffective,
  EffectivePreview,
} from '../../../worker/features/agents/explain/api/contract.ts'
import type { Command } from '../../../worker/features/connectors/link/commands/contract.ts'
import { Problem } from '../../../worker/platform/contract.ts'
import { call } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aManagedAgent } from '../../support/managed-gateway.ts'
import { anOrganization } from '../../support/organizations.ts'

const names = ['exec', 'read', 'browser', 'message']
const inventory = (offered: string[]) => ({
  profile: null,
  groups: [{ id: 'core', label: 'core', source: 'core', tools: offered.map(toolOf) }],
})
const toolOf = (id: string) => ({
  ...{ id, label: id, description: '', source: 'core' },
  ...{ optional: false, defaultProfiles: [] },
})

/** An agent whose gateway knows four tools and builds all but one that has no browser. */
const anExplainedAgent = async () => {
  const owner = await anOrganization()
  const agent = await aManagedAgent(owner)
  agent.link.onCommand = (command: Command) => {
    const { id } = command
    const asked = command.command === 'gateway.ask' ? command.params : undefined
    if (asked?.question === 'tools.catalog')
      agent.link.send({ kind: 'result', id, ok: true, answer: { question: asked.question, tools: inventory(names) } })
    else if (asked?.question === 'tools.effective' && asked.sessionKey !== 'agent:main:main')
      agent.link.answer(id, 'invalid')
    else if (asked?.question === 'tools.effective') {
      const tools = inventory(['exec', 'read', 'message'])
      agent.link.send({ kind: 'result', id, ok: true, answer: { question: asked.question, tools } })
    } else agent.gateway.take(command)
  }
  const headers = await owner.authorization()
  return { ...agent, owner, headers }
}
const outcomes = ({ explanation }: AgentEffective) =>
  explanation.tools.map(({ name, outcome, decidedBy }) => [name, outcome, decidedBy])

test('an agent is explained with what its gateway says, and the comparison is part of it', async () => {
  const { path, headers, link, owner } = await anExplainedAgent()
  const answer = await call(`${path}/effective`, { headers })
  const found = AgentEffective.parse(await answer.json())
  expect(answer.status).toBe(200)
  expect([found.isCompared, found.freshness.source]).toEqual([true, 'live'])
  expect(outcomes(found)).toEqual([
    ['exec', 'callable', null],
    ['read', 'callable', null],
    ['browser', 'withheld', 'agent'],
    ['message', 'callable', null],
  ])
  link.close()
  await checkAuditLog(owner.organizationId)
})

test('a conversation that the gateway does not know is explained without a comparison', async () => {
  const { path, headers, link } = await anExplainedAgent()
  const found = AgentEffective.parse(
    await (await call(`${path}/effective?sessionKey=agent:main:subagent:1`, { headers })).json(),
  )
  expect(found.isCompared).toBe(false)
  expect(found.parents).toEqual(['agent:main:main'])
  expect(outcomes(found)).toEqual([
    // What the main conversation is offered can be built.
    ['exec', 'callable', null],
    ['read', 'callable', null],
    ['browser', 'withheld', 'agent'],
    ['message', 'withheld', 'construction'],
  ])
  link.close()
})

test('while the gateway is away its last words are explained; before its first there is nothing to explain', async () => {
  const { path, headers, link } = await anExplainedAgent()
  await call(`${path}/effective`, { headers })
  link.close()
  await link.closing()
  const found = AgentEffective.parse(await (await call(`${path}/effective`, { headers })).json())
  expect([found.isCompared, found.freshness.source]).toEqual([false, 'last_known'])
  const other = await anExplainedAgent()
  other.link.close()
  await other.link.closing()
  const never = await call(`${other.path}/effective`, { headers: other.headers })
  expect([never.status, Problem.parse(await never.json()).code]).toEqual([503, 'unavailable'])
})

test('a change is told before it is made, and makes nothing', async () => {
  const { path, headers, link, gateway } = await anExplainedAgent()
  const body = { entry: { tools: { deny: ['exec'], profile: 'messaging' } } }
  const answer = await call(`${path}/effective/preview`, { method: 'POST', headers, body })
  const { difference, after } = EffectivePreview.parse(await answer.json())
  expect(difference.lost).toEqual([
    { name: 'exec', decidedBy: 'profile' },
    { name: 'read', decidedBy: 'profile' },
  ])
  expect(difference.gained).toEqual([])
  expect(after.findings.map(({ code }) => code)).toContain('profileReplaced')
  expect(gateway.changes()).toEqual([])
  const whole = { config: { tools: { deny: ['message'] } } }
  const second = await call(`${path}/effective/preview`, { method: 'POST', headers, body: whole })
  expect(EffectivePreview.parse(await second.json()).difference.lost).toEqual([
    { name: 'message', decidedBy: 'global' },
  ])
  link.close()
})

test('somebody else than the owner, with another model, is explained by the rules for both', async () => {
  const { path, headers, link, gateway } = await anExplainedAgent()
  const bySender = { toolsBySender: { 'username:ann': { deny: ['read'] } } }
  gateway.entry = { tools: { ...bySender, byProvider: { 'a/1': { deny: ['exec'] } } } }
  const asked = 'model=a/1&sender=other&senderUsername=ann&channel=telegram'
  const found = AgentEffective.parse(await (await call(`${path}/effective?${asked}`, { headers })).json())
  expect(outcomes(found)).toEqual([
    ['exec', 'withheld', 'agentProvider'],
    ['read', 'withheld', 'sender'],
    ['browser', 'possible', null],
    ['message', 'callable', null],
  ])
  // The gateway would answer for the model that the conversation has.
  expect([found.isCompared, found.explanation.model]).toEqual([false, 'a/1'])
  expect((await call(`${path}/effective?model=nothing`, { headers })).status).toBe(422)
  link.close()
})

test('an earlier version of an agent stands beside what is there now', async () => {
  const { path, headers, link, gateway, id, owner } = await anExplainedAgent()
  await call(`${path}/effective`, { headers })
  gateway.entry = { tools: { profile: 'messaging' } }
  await call(`${path}/effective`, { headers })
  const asked = await call(`${path}/effective/moments?from=1&to=live`, { headers })
  const { difference, one, other } = AgentComparison.parse(await asked.json())
  expect([one.profile, other.profile]).toEqual(['full', 'messaging'])
  expect(difference.lost.map(({ name }) => name)).toEqual(['exec', 'read'])
  expect((await call(`${path}/effective/moments?from=9&to=live`, { headers })).status).toBe(404)
  expect((await call(`${path}/effective/moments?from=never&to=live`, { headers })).status).toBe(422)
  const theirs = await anOrganization()
  const foreign = { headers: await theirs.authorization() }
  expect((await call(`/api/v1/agents/${id}/effective/moments?from=1&to=live`, foreign)).status).toBe(404)
  link.close()
  await checkAuditLog(owner.organizationId)
})

test('two agents on two gateways are laid side by side', async () => {
  const { path, headers, link, owner } = await anExplainedAgent()
  const other = await aManagedAgent(owner)
  other.gateway.entry = { tools: { deny: ['exec'] }, thinkingDefault: 'high' }
  const { difference } = AgentComparison.parse(
    await (await call(`${path}/effective/difference?with=${other.id}`, { headers })).json(),
  )
  expect(difference.lost.map(({ name }) => name)).toContain('exec')
  expect(difference.settings.map(({ name }) => name)).toContain('thinkingDefault')
  for (const each of [link, other.link]) each.close()
})

test('an agent of another organization is not there, to look at, to preview and to compare with', async () => {
  const mine = await anExplainedAgent()
  const theirs = await anExplainedAgent()
  const { headers } = mine
  const answers = [
    await call(`${theirs.path}/effective`, { headers }),
    await call(`${theirs.path}/effective/preview`, { method: 'POST', headers, body: {} }),
    await call(`${mine.path}/effective/difference?with=${theirs.id}`, { headers }),
  ]
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404])
  for (const { link } of [mine, theirs]) link.close()
})

test('a preview of anything but two patches is refused', async () => {
  const { path, headers, link } = await anExplainedAgent()
  const send = (body: unknown) => call(`${path}/effective/preview`, { method: 'POST', headers, body })
  expect((await send({ entry: 7 })).status).toBe(422)
  expect((await send({ patch: {} })).status).toBe(422)
  link.close()
})
