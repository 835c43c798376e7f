import { expect, test } from 'vitest'
import { ConnectorTest } from '../../../worker/features/connectors/contract.ts'
import type { DiagnosticStep } from '../../../worker/features/connectors/link/diagnosis/contract.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { post } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aConnector, Link } from '../../support/connector-link.ts'
import { aMember, anOrganization, type Person } from '../../support/organizations.ts'

const ask = async (person: Person, id: string) =>
  post(`/api/v1/connectors/${id}/test`, undefined, await person.authorization())
const tested = async (person: Person, id: string) => ConnectorTest.parse(await (await ask(person, id)).json())
const aStep = (name: DiagnosticStep['name'], outcome: DiagnosticStep['outcome'], durationMs = 1): DiagnosticStep => ({
  name,
  outcome,
  durationMs,
  detail: '',
  remedy: null,
  code: null,
  params: {},
  remedyCode: null,
})

/** A test of a live connector that answers these steps. */
const answering = async (steps: DiagnosticStep[]) => {
  const owner = await anOrganization()
  const { id, token } = await aConnector(owner.ctx)
  const link = await Link.welcome(token)
  const asked = tested(owner, id)
  const { id: command } = await link.next('command')
  link.send({ kind: 'result', id: command, ok: true, steps })
  const answer = await asked
  link.close()
  return answer
}

test('a question that comes back says how long the gateway took', async () => {
  const steps = [aStep('server.dns', 'pass'), aStep('gateway.reachable', 'pass'), aStep('gateway.latency', 'pass', 12)]
  expect(await answering(steps)).toMatchObject({ ok: true, cause: null, latencyMs: 12, steps: steps.slice(1) })
})

test.each([
  ['is not there', [aStep('gateway.reachable', 'fail'), aStep('gateway.latency', 'skip')], 'gateway_unreachable'],
  [
    'is there and not connected',
    [aStep('gateway.reachable', 'pass'), aStep('gateway.latency', 'skip')],
    'gateway_unreachable',
  ],
  ['does not let us in', [aStep('gateway.reachable', 'pass'), aStep('gateway.auth', 'fail')], 'gateway_refused'],
])('a gateway that %s is the cause', async (_, steps, cause) => {
  expect(await answering(steps)).toMatchObject({ ok: false, cause, latencyMs: null })
})

test('a connector that is away says why, and leaves no event', async () => {
  const owner = await anOrganization()
  const { id, token } = await aConnector(owner.ctx)
  expect(await tested(owner, id)).toMatchObject({ ok: false, cause: 'never_connected', steps: [] })
  const link = await Link.welcome(token)
  const asked = tested(owner, id)
  await link.next('command')
  link.close()
  expect(await asked).toMatchObject({ ok: false, cause: 'no_answer' })
  await expect.poll(async () => (await tested(owner, id)).cause).toBe('offline')
  await post(`/api/v1/connectors/${id}/pause`, undefined, await owner.authorization())
  expect((await tested(owner, id)).cause).toBe('paused')
  const types = (await checkAuditLog(owner.organizationId)).map(({ type }) => type)
  expect(types).toEqual(['connector.created', 'connector.online', 'connector.offline', 'connector.paused'])
})

test('is for those who may change connectors of this organization', async () => {
  const [owner, stranger] = [await anOrganization(), await anOrganization()]
  const { id } = await aConnector(owner.ctx)
  expect((await ask(stranger, id)).status).toBe(404)
  expect((await ask(owner, newId('con'))).status).toBe(404)
  expect((await ask(await aMember(owner.organizationId, 'viewer'), id)).status).toBe(403)
})
