import { expect, test } from 'vitest'
import {
  AgentDrift,
  AgentStateAt,
  DriftedAgent,
  RollbackPreview,
  RolledBack,
  SnapshotWithContent,
  VersionsDiff,
} from '../../worker/features/snapshots/contract.ts'
import { runCommand } from '../support/product/command.ts'
import { aDecision, anApi, anApproval, idOf } from './api.ts'

const agentId = idOf('agt', 1)
const path = `/agents/${agentId}`
const at = '2026-11-21T06:00:00.000Z'
const digest = 'd'.repeat(64)

const aVersion = (version: number, more: object = {}) =>
  SnapshotWithContent.parse({
    id: idOf('snp', version),
    agentId,
    connectorId: idOf('con', 1),
    scope: 'agent_config',
    version,
    hash: `${version}`.repeat(64),
    cause: 'elsewhere',
    author: null,
    changeId: null,
    approvalId: null,
    traceId: null,
    restores: null,
    risk: null,
    changes: null,
    at,
    content: { name: 'Scout' },
    ...more,
  })

const change = {
  path: 'tools.deny[exec]',
  steps: ['tools', 'deny', { item: '="exec"' }],
  category: 'tools',
  kind: 'added',
  before: null,
  after: 'exec',
  from: null,
  to: 0,
  secret: false,
  risk: 'medium',
  rule: 'tools_narrowed',
  hunks: null,
} as const

const aPreview = (more: object = {}) =>
  RollbackPreview.parse({
    to: aVersion(1),
    live: aVersion(2),
    changes: [change],
    risk: 'medium',
    needsApproval: false,
    secrets: [],
    blocked: [],
    left: [],
    restarts: false,
    dependsOn: [{ kind: 'model', name: 'a/b' }],
    missing: [],
    exact: true,
    digest,
    ...more,
  })

const done = RolledBack.parse({
  state: 'done',
  approvalId: null,
  change: null,
  verified: true,
  files: [],
  snapshot: aVersion(3, { cause: 'rollback', restores: 1 }),
})
const waiting = { ...done, state: 'waiting', verified: null, snapshot: null, approvalId: idOf('apr', 1) }

test('versions are listed, shown and compared', async () => {
  const diff = VersionsDiff.parse({
    scope: 'agent_config',
    from: aVersion(1),
    to: aVersion(2),
    changes: [change],
    risk: 'medium',
  })
  const { env, asked } = await anApi({
    [`GET ${path}/versions`]: () => [200, { items: [aVersion(2), aVersion(1)], nextCursor: null }],
    [`GET ${path}/versions/1`]: () => [200, aVersion(1)],
    [`GET ${path}/diff`]: () => [200, diff],
    [`GET ${path}/state-at`]: () => [
      200,
      AgentStateAt.parse({
        at,
        config: aVersion(1),
        bindings: null,
        files: aVersion(2),
        dependencies: null,
        gateway: null,
        toolPolicy: null,
        rulesVersion: 4,
        budgets: [],
      }),
    ],
  })
  const run = (...args: string[]) => runCommand(['config', ...args], env)
  const [listed, shown, compared, state] = await Promise.all([
    run('history', agentId),
    run('show', agentId, '1'),
    run('diff', agentId, '1'),
    run('state-at', agentId, at),
  ])
  expect([listed.code, listed.stdout.split('\n')[1]]).toMatchObject([0, expect.stringContaining('elsewhere')])
  expect(JSON.parse(shown.stdout)).toEqual({ name: 'Scout' })
  expect(compared.stdout).toMatch(/medium\s+tools\s+added\s+tools.deny\[exec\]\s+–\s+"exec"\s+tools_narrowed/)
  expect(state.stdout).toContain('not seen by then')
  expect(state.stdout).toContain('nobody can say')
  expect(asked.every(({ what }) => what.startsWith('GET '))).toBe(true)
})

test('a part of a rollback is named as that, and a file without a text by why, its size and its digest', async () => {
  const known = { hash: 'a'.repeat(64), sizeBytes: 4, reason: 'not_text' }
  const diff = VersionsDiff.parse({
    scope: 'workspace_bundle',
    from: aVersion(1),
    to: aVersion(2),
    changes: [{ ...change, path: 'TOOLS.md', category: 'files', kind: 'changed', before: known, after: 'text' }],
    risk: 'high',
  })
  const { env } = await anApi({
    [`GET ${path}/versions`]: () => [
      200,
      {
        items: [aVersion(3, { cause: 'rollback', restores: 1 }), aVersion(2, { cause: 'change', restores: 1 })],
        nextCursor: null,
      },
    ],
    [`GET ${path}/diff`]: () => [200, diff],
  })
  const run = (...args: string[]) => runCommand(['config', ...args], env)
  const [listed, compared] = await Promise.all([run('history', agentId), run('diff', agentId, '1')])
  const [, whole, part] = listed.stdout.split('\n')
  expect([whole, part]).toEqual([
    expect.stringMatching(/\brollback to 1\b/),
    expect.stringMatching(/\bpart of a rollback to 1\b/),
  ])
  expect(compared.stdout).toContain(`no text, 4 bytes, sha256 ${'a'.repeat(12)}`)
})

/** A rollback whose preview and answer are these. */
const aRollback = async (answer: [number, unknown], preview: RollbackPreview, ...more: string[]) => {
  const { env, asked } = await anApi({
    [`POST ${path}/rollback/preview`]: () => [200, preview],
    [`POST ${path}/rollback`]: () => answer,
  })
  const ran = await runCommand(['config', 'rollback', agentId, '1', ...more], env)
  return { ...ran, sent: asked.filter(({ what }) => what === `POST ${path}/rollback`).map(({ body }) => body) }
}

test('a rollback shows what it would do, and is bound to what was shown', async () => {
  const [dry, unasked, ran] = await Promise.all([
    aRollback([200, done], aPreview(), '--dry-run'),
    aRollback([200, done], aPreview()),
    aRollback([200, done], aPreview(), '--yes', '--only', 'tools,model'),
  ])
  expect(dry).toMatchObject({ code: 0, sent: [], stdout: expect.stringContaining('tools.deny[exec]') })
  expect(dry.stderr).toContain('It depends on model a/b.')
  expect(unasked).toMatchObject({ code: 2, sent: [] })
  expect(ran).toMatchObject({
    code: 0,
    sent: [{ scope: 'agent_config', version: 1, categories: ['tools', 'model'], digest }],
    stdout: expect.stringContaining('Read back from the gateway: version 3'),
  })
})

test('how a rollback ended is told apart by the exit code', async () => {
  const file = { name: 'SOUL.md', outcome: 'written', changeId: null, detail: 'refused' }
  const inTheWay = aPreview({ blocked: ['params.apiKey'], missing: [{ kind: 'model', name: 'a/b' }] })
  const [partial, unlike, open, blocked] = await Promise.all([
    aRollback([200, { ...done, state: 'partial', verified: null, files: [file] }], aPreview(), '--yes'),
    aRollback([200, { ...done, verified: false }], aPreview(), '--yes'),
    aRollback([202, waiting], aPreview(), '--yes'),
    aRollback([200, done], inTheWay, '--yes'),
  ])
  expect(partial).toMatchObject({ code: 1, stdout: expect.stringContaining('SOUL.md: written (refused)') })
  expect(unlike.code).toBe(4)
  expect(open).toMatchObject({ code: 5, stderr: expect.stringContaining(waiting.approvalId) })
  expect(blocked).toMatchObject({ code: 7, sent: [], stderr: expect.stringContaining('has no model a/b') })
})

test('with --wait a critical rollback goes on once it was allowed, and ends when it was refused', async () => {
  let approval = anApproval()
  const { env, asked } = await anApi({
    [`POST ${path}/rollback/preview`]: () => [200, aPreview({ risk: 'critical', needsApproval: true })],
    [`POST ${path}/rollback`]: () => (approval.decision === null ? [202, waiting] : [200, done]),
    [`GET /approvals/${waiting.approvalId}`]: () => {
      const answer = approval
      approval = anApproval({ state: 'decided', decision: aDecision('allow_once') })
      return [200, answer]
    },
  })
  const run = () => runCommand(['config', 'rollback', agentId, '1', '--yes', '--wait', '1m'], env)
  expect((await run()).code).toBe(0)
  expect(asked.filter(({ what }) => what === `POST ${path}/rollback`)).toHaveLength(2)
  approval = anApproval()
  const refusing = anApproval({ state: 'decided', decision: aDecision('reject') })
  const refused = await anApi({
    [`POST ${path}/rollback/preview`]: () => [200, aPreview()],
    [`POST ${path}/rollback`]: () => [202, waiting],
    [`GET /approvals/${waiting.approvalId}`]: () => [200, refusing],
  })
  expect((await runCommand(['config', 'rollback', agentId, '1', '--yes', '--wait'], refused.env)).code).toBe(7)
})

test('drift is listed for all agents, checked for one with its exit code, and accepted as it was seen', async () => {
  const drift = {
    scope: 'agent_config',
    drifted: true,
    trusted: aVersion(1),
    newest: aVersion(2),
    since: at,
    changes: [change],
    risk: 'medium',
  }
  const found = AgentDrift.parse({ checkedAt: at, scopes: [drift] })
  const row = DriftedAgent.parse({
    agentId,
    agentName: 'Scout',
    connectorId: idOf('con', 1),
    scope: 'agent_config',
    trusted: 1,
    newest: 2,
    since: at,
    at,
    changes: 1,
    categories: ['tools'],
    risk: 'medium',
  })
  const { env, asked } = await anApi({
    'GET /drift': () => [200, { items: [row], nextCursor: null }],
    [`GET ${path}/drift`]: () => [200, found],
    [`POST ${path}/drift-check`]: () => [200, found],
    [`POST ${path}/drift/accept`]: () => [200, aVersion(3, { cause: 'accepted' })],
  })
  const run = (...more: string[]) => runCommand(['config', 'drift', ...more], env)
  const [listed, checked, accepted] = await Promise.all([
    run('--risk', 'low'),
    run(agentId, '--check'),
    run(agentId, '--accept', '--yes'),
  ])
  expect(listed.stdout).toContain('Scout')
  expect(checked).toMatchObject({ code: 1, stdout: expect.stringContaining('tools.deny[exec]') })
  expect(accepted).toMatchObject({ code: 0, stdout: expect.stringContaining('accepted as version 3') })
  const accepting = asked.find(({ what }) => what === `POST ${path}/drift/accept`)
  expect(accepting?.body).toEqual({ scope: 'agent_config', version: 2 })
})
