import { expect, test } from 'vitest'
import { type AuditEntry, AuditEventType, actorKinds } from '../../../../worker/features/audit/contract.ts'
import { toOcsf } from '../../../../worker/features/audit/export/ocsf/map.ts'
import { risks } from '../../../../worker/platform/contract.ts'
import { ocsfFaults } from '../../../support/check-ocsf.ts'

const organizationId = 'org_00000000000000000000000000'
const anEntry = (facts: Partial<AuditEntry>): AuditEntry => ({
  seq: 7,
  id: 'evt_00000000000000000000000007',
  type: 'run.started',
  at: '2026-11-21T10:00:00.000Z',
  recordedAt: '2026-11-21T10:00:00.123Z',
  actor: { kind: 'member', id: 'usr_00000000000000000000000001' },
  agentId: null,
  connectorId: null,
  target: null,
  risk: 'low',
  traceId: null,
  payload: {},
  leafHash: 'ab'.repeat(32),
  ...facts,
})
const full: Partial<AuditEntry> = {
  agentId: 'agt_00000000000000000000000001',
  connectorId: 'con_00000000000000000000000001',
  target: 'apr_00000000000000000000000001',
  traceId: 'f'.repeat(32),
  payload: { name: 'Probe', userId: 'usr_1', to: 'admin', outcome: 'error', method: 'GET', path: '/x', tool: 'exec' },
}

test('every type of event, with all that it may have and with nothing, fits its OCSF class', () => {
  for (const type of AuditEventType.options)
    for (const kind of actorKinds)
      for (const facts of [full, {}, { target: '', actor: { kind, id: '' } }]) {
        const event = toOcsf(anEntry({ type, actor: { kind, id: 'id_1' }, ...facts }), organizationId)
        expect([type, ocsfFaults(JSON.parse(JSON.stringify(event)))]).toEqual([type, []])
      }
})

test('the schema finds what does not fit', () => {
  const good = toOcsf(anEntry({ type: 'run.ended' }), organizationId)
  const { api: _, ...without } = good
  expect(ocsfFaults(without)).toEqual(['api is missing'])
  expect(ocsfFaults({ ...good, type_uid: 1, made_up: 1 })).toEqual(['made_up is no attribute', 'type_uid'])
  expect(ocsfFaults({ ...good, actor: {} })[0]).toContain('has none of')
})

test('an event keeps who, when, how grave and how it ended', () => {
  const event = toOcsf(anEntry({ type: 'user.sign-in-failed', risk: 'high' }), organizationId)
  expect(event).toMatchObject({
    class_uid: 3002,
    activity_id: 1,
    type_uid: 300_201,
    severity_id: 4,
    status_id: 2,
    time: Date.parse('2026-11-21T10:00:00.000Z'),
    actor: { user: { uid: 'usr_00000000000000000000000001' } },
    metadata: { uid: 'evt_00000000000000000000000007', sequence: 7, tenant_uid: organizationId },
  })
  const ended = (outcome: string) => toOcsf(anEntry({ type: 'tool.ended', payload: { outcome } }), organizationId)
  expect([ended('ok').status_id, ended('denied').status_id]).toEqual([1, 2])
  expect(new Set(risks.map((risk) => toOcsf(anEntry({ risk }), organizationId).severity_id)).size).toBe(4)
})
