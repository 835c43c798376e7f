import { expect, test } from 'vitest'
import { RulesConflict, SavedRules } from '../../../worker/features/rules/contract.ts'
import { evaluateRules } from '../../../worker/features/rules/index.ts'
import { Problem } from '../../../worker/platform/contract.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { auditTypes } from '../../support/audit.ts'
import { codeOf } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aMember, anOrganization } from '../../support/organizations.ts'
import { someFacts } from './facts.ts'
import { haveRules, put, rulesOf, send } from './rules.ts'
import { aRule, asking } from './rules-of.ts'

test('rules are versions from 1 on, each told of in the audit sequence by the ids of its rules', async () => {
  const owner = await anOrganization()
  expect(await rulesOf(owner)).toMatchObject({ version: 0, rules: [], changedBy: null })
  const [a, b] = [aRule('risk == "low"'), aRule('risk == "critical"', { outcome: { kind: 'refuse', reason: 'no' } })]
  const first = await put(owner, 0, [a, b], 'to begin with')
  expect(first.status).toBe(200)
  expect(first.headers.get('etag')).toBe('"1"')
  await put(owner, 1, [{ ...b, enabled: false }, aRule('true')])
  const now = await rulesOf(owner)
  expect(now.version).toBe(2)
  expect(now.changedBy).toMatchObject({ kind: 'member', id: owner.userId })
  const [one, two] = (await checkAuditLog(owner.organizationId)).map(({ payload }) => payload)
  expect(one).toMatchObject({ version: 1, note: 'to begin with', added: [a.id, b.id], removed: [], reordered: false })
  expect(two).toMatchObject({ version: 2, added: [now.rules[1]?.id], changed: [b.id], removed: [a.id] })
  const versions = await (await send(owner, { path: '/versions?limit=1' })).json<{
    items: object[]
    nextCursor: string
  }>()
  expect(versions.items).toMatchObject([{ version: 2, count: 2 }])
  const older = await (await send(owner, { path: `/versions?limit=5&cursor=${versions.nextCursor}` })).json()
  expect(older).toMatchObject({ items: [{ version: 1, count: 2, note: 'to begin with' }], nextCursor: null })
  expect(await (await send(owner, { path: '/versions/1' })).json()).toMatchObject({ version: 1, rules: [a, b] })
  expect((await send(owner, { path: '/versions/9' })).status).toBe(404)
})

test('the same list again is no new version and no event', async () => {
  const owner = await anOrganization()
  const { rules } = await haveRules(owner, [aRule('true'), aRule('false')])
  const again = SavedRules.parse(await (await put(owner, 1, rules)).json())
  expect(again.version).toBe(1)
  expect(await auditTypes(owner.organizationId)).toEqual(['rules.changed'])
})

test('one rule is added, changed, moved and removed', async () => {
  const owner = await anOrganization()
  const [a, b] = [aRule('risk == "low"'), aRule('risk == "high"')]
  await haveRules(owner, [a, b])
  const added = await send(owner, {
    method: 'POST',
    version: 1,
    body: { rule: { ...aRule('true'), id: undefined, name: 'New' }, position: 1 },
  })
  expect(added.status).toBe(201)
  const three = SavedRules.parse(await added.json())
  expect(three.rules.map(({ name }) => name)).toEqual([a.name, 'New', b.name])
  const changed = await send(owner, {
    method: 'PATCH',
    path: `/${b.id}`,
    version: 2,
    body: { enabled: false, note: 'for now' },
  })
  expect(SavedRules.parse(await changed.json()).rules[2]).toEqual({ ...b, enabled: false })
  const ids = three.rules.map(({ id }) => id).toReversed()
  const ordered = await send(owner, { method: 'PUT', path: '/order', version: 3, body: { ids } })
  expect(SavedRules.parse(await ordered.json()).rules.map(({ id }) => id)).toEqual(ids)
  const halved = await send(owner, { method: 'PUT', path: '/order', version: 4, body: { ids: ids.slice(1) } })
  expect(halved.status).toBe(422)
  const removed = await send(owner, { method: 'DELETE', path: `/${a.id}`, version: 4 })
  expect(SavedRules.parse(await removed.json()).rules).toHaveLength(2)
  expect((await send(owner, { method: 'DELETE', path: `/${a.id}`, version: 5 })).status).toBe(404)
  expect(
    (await send(owner, { method: 'PATCH', path: `/${newId('rul')}`, version: 5, body: { enabled: true } })).status,
  ).toBe(404)
  expect((await rulesOf(owner)).version).toBe(5)
})

test('a change without a version is refused, and one to an old version shows both lists and their difference', async () => {
  const owner = await anOrganization()
  const [a, b] = [aRule('risk == "low"'), aRule('risk == "high"')]
  await haveRules(owner, [a, b])
  await haveRules(owner, [b, { ...a, enabled: false }])
  const blind = await send(owner, { method: 'PUT', body: { rules: [] } })
  expect([blind.status, await codeOf(blind)]).toEqual([428, 'precondition_required'])
  expect((await send(owner, { method: 'PUT', version: '*', body: { rules: [] } })).status).toBe(422)
  const stale = await send(owner, { method: 'PATCH', path: `/${a.id}`, version: 1, body: { name: 'Mine' } })
  const { code, context } = Problem.parse(await stale.json())
  expect([stale.status, code]).toEqual([412, 'precondition_failed'])
  const conflict = RulesConflict.parse(context)
  expect(conflict).toMatchObject({ base: 1, current: { version: 2 }, yours: [{ ...a, name: 'Mine' }, b] })
  expect(conflict.difference.changed).toEqual([
    {
      id: a.id,
      name: 'Mine',
      fields: [
        { field: 'name', from: a.name, to: 'Mine' },
        { field: 'enabled', from: false, to: true },
      ],
    },
  ])
  expect(conflict.difference.moved).toHaveLength(1)
  expect(conflict.meanwhile?.changed).toMatchObject([
    { id: a.id, fields: [{ field: 'enabled', from: true, to: false }] },
  ])
  expect((await rulesOf(owner)).version).toBe(2)
})

test('of twenty who write over the same version one wins, and there is one event for it', async () => {
  const owner = await anOrganization()
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => put(owner, 0, [aRule('true', { name: `Writer ${index}` })])),
  )
  const statuses = answers.map(({ status }) => status).sort()
  expect(statuses).toEqual([200, ...Array.from({ length: 19 }, () => 412)])
  expect(await rulesOf(owner)).toMatchObject({ version: 1, rules: [{ condition: 'true' }] })
  expect(await auditTypes(owner.organizationId)).toEqual(['rules.changed'])
})

test('another organization neither sees nor changes rules, and who may not write them writes nothing', async () => {
  const [owner, stranger] = [await anOrganization(), await anOrganization()]
  const { rules } = await haveRules(owner, [aRule('risk == "low"')])
  expect(await rulesOf(stranger)).toMatchObject({ version: 0, rules: [] })
  expect((await send(stranger, { method: 'DELETE', path: `/${rules[0]?.id}`, version: 0 })).status).toBe(404)
  expect((await send(stranger, { path: '/versions/1' })).status).toBe(404)
  expect((await evaluateRules(stranger.ctx, someFacts())).rule).toBeNull()
  const operator = await aMember(owner.organizationId, 'operator')
  expect((await put(operator, 1, [])).status).toBe(403)
  expect(await rulesOf(operator)).toMatchObject({ version: 1, rules })
})

test('what a new version says holds for the very next request, whoever wrote it', async () => {
  const owner = await anOrganization()
  expect(await evaluateRules(owner.ctx, someFacts())).toMatchObject({
    version: 0,
    rule: null,
    outcome: { kind: 'ask' },
  })
  const { rules } = await haveRules(owner, [aRule('risk == "low"')])
  const verdict = await evaluateRules(owner.ctx, someFacts())
  expect(verdict).toMatchObject({ version: 1, rule: { id: rules[0]?.id }, outcome: { kind: 'allow' }, error: null })
  await haveRules(owner, [aRule('risk == "low"', { outcome: { kind: 'refuse', reason: 'not today' } })])
  expect(await evaluateRules(owner.ctx, someFacts())).toMatchObject({
    version: 2,
    outcome: { kind: 'refuse', reason: 'not today' },
  })
})

test('the first enabled and enforced rule decides; what fails refuses; shadow rules before it are noted and no more', async () => {
  const owner = await anOrganization()
  const { rules } = await haveRules(owner, [
    aRule('true', { enabled: false, outcome: { kind: 'refuse', reason: '' } }),
    aRule('risk == "low"', { mode: 'shadow', outcome: { kind: 'refuse', reason: '' } }),
    aRule('arguments.path == "/"', { mode: 'shadow' }),
    aRule('risk == "high"', { mode: 'shadow' }),
    aRule('arguments.count == 3 && risk == "low"', { outcome: asking() }),
    aRule('true', { mode: 'shadow' }),
  ])
  const failed = await evaluateRules(owner.ctx, someFacts())
  expect(failed).toMatchObject({ rule: { id: rules[4]?.id }, outcome: { kind: 'refuse' } })
  expect(failed.error).toContain('count')
  expect(failed.shadowed).toMatchObject([
    { ruleId: rules[1]?.id, outcome: 'refuse' },
    { ruleId: rules[2]?.id, outcome: 'refuse', error: expect.stringContaining('path') },
  ])
  const asked = await evaluateRules(owner.ctx, someFacts({ arguments: { count: 3, path: '/x' } }))
  expect(asked).toMatchObject({ rule: { id: rules[4]?.id }, outcome: { kind: 'ask' }, error: null })
  expect(asked.shadowed).toHaveLength(1)
})

test('a condition is refused with the place of each fault, and nothing is written', async () => {
  const owner = await anOrganization()
  const answer = await put(owner, 0, [aRule('true'), aRule('risk == "hihg" && agent.nam == "x"'), aRule('command =')])
  const problem = Problem.parse(await answer.json())
  expect([answer.status, problem.code]).toEqual([422, 'invalid'])
  expect(problem.errors).toMatchObject([
    { path: 'rules.1.condition', offset: 8 },
    { path: 'rules.1.condition', offset: 24 },
    { path: 'rules.2.condition', offset: 8 },
  ])
  expect((await rulesOf(owner)).version).toBe(0)
  expect(await auditTypes(owner.organizationId)).toEqual([])
})

test('rules name only members of their organization, and silence does not allow what several have to', async () => {
  const [owner, stranger] = [await anOrganization(), await anOrganization()]
  const faulty = await put(owner, 0, [
    aRule('true', { outcome: asking({ groups: [{ members: [owner.userId, stranger.userId] }] }) }),
    aRule('true', { outcome: asking({ groups: [{ roles: ['owner'], quorum: 2 }], onExpiry: 'allow' }) }),
    aRule('true', { outcome: asking({ passkey: true, onExpiry: 'allow' }) }),
    aRule('true', { outcome: asking({ escalate: { afterMs: 60_000, to: { roles: [], members: [] } } }) }),
  ])
  const { errors } = Problem.parse(await faulty.json())
  expect(errors?.map(({ path }) => path)).toEqual([
    'rules.0.outcome.ask.groups.0.members.1',
    'rules.1.outcome.ask.onExpiry',
    'rules.2.outcome.ask.onExpiry',
    'rules.3.outcome.ask.escalate.to',
  ])
  const twice = aRule('true')
  const doubled = Problem.parse(await (await put(owner, 0, [twice, twice])).json())
  expect(doubled.errors).toMatchObject([{ path: 'rules.1.id' }])
})

test('a quorum nobody can reach and a rule nobody reaches are warned of; grants never stand in for several people', async () => {
  const owner = await anOrganization()
  const saved = await haveRules(owner, [
    aRule('risk == "critical"', { outcome: asking({ groups: [{ roles: ['owner', 'viewer'], quorum: 2 }] }) }),
    aRule('true'),
    aRule('risk == "low"'),
  ])
  expect(saved.warnings.map(({ path }) => path)).toEqual([
    'rules.0.outcome.ask.groups.0.roles.1',
    'rules.0.outcome.ask.groups.0.quorum',
    'rules.2',
  ])
  expect(saved.rules[0]?.outcome).toMatchObject({ kind: 'ask', ask: { grantable: false } })
})

test('a thousand rules are saved and asked; one more is refused', async () => {
  const owner = await anOrganization()
  const many = Array.from({ length: 1_000 }, (_, index) => aRule(`agent.name == "agent ${index}"`))
  expect((await put(owner, 0, many)).status).toBe(200)
  const verdict = await evaluateRules(
    owner.ctx,
    someFacts({ agent: { id: '', externalId: '', name: 'agent 999', model: '' } }),
  )
  expect(verdict.rule?.id).toBe(many[999]?.id)
  expect((await put(owner, 1, [...many, aRule('true')])).status).toBe(422)
  expect((await send(owner, { method: 'POST', version: 1, body: { rule: aRule('true') } })).status).toBe(422)
})

test('what is exported can be imported: the same rules, and a dry run tells the difference without writing', async () => {
  const owner = await anOrganization()
  const { rules } = await haveRules(owner, [aRule('risk == "low"'), aRule('true', { outcome: asking() })])
  const answer = await send(owner, { path: '/export' })
  const text = await answer.text()
  expect(text.startsWith('{\n  "format": "clawbutler.rules/1",\n  "rules": [\n    {\n      "id": ')).toBe(true)
  const file = JSON.parse(text)
  const unchanged = await send(owner, { method: 'POST', path: '/import', version: 1, body: { file } })
  expect(await unchanged.json()).toMatchObject({
    version: 1,
    saved: true,
    difference: { added: [], changed: [], removed: [], moved: [] },
  })
  const edited = {
    ...file,
    rules: [
      { ...rules[1], name: 'Renamed' },
      { ...aRule('false'), id: undefined },
    ],
  }
  const dry = await send(owner, { method: 'POST', path: '/import', body: { file: edited, dryRun: true } })
  expect(await dry.json()).toMatchObject({
    ...{ version: 1, saved: false },
    difference: {
      added: [{ position: 1 }],
      removed: [{ id: rules[0]?.id }],
      changed: [{ id: rules[1]?.id, fields: [{ field: 'name' }] }],
    },
  })
  expect((await rulesOf(owner)).version).toBe(1)
  expect((await send(owner, { method: 'POST', path: '/import', body: { file: edited } })).status).toBe(428)
  const wrong = await send(owner, {
    method: 'POST',
    path: '/import',
    version: 1,
    body: { file: { ...file, format: 'rules/9' } },
  })
  expect(wrong.status).toBe(422)
  // Elsewhere the same file makes the same rules.
  const other = await anOrganization()
  expect((await send(other, { method: 'POST', path: '/import', version: 0, body: { file } })).status).toBe(200)
  expect(await (await send(other, { path: '/export' })).text()).toBe(text)
})
