import { createHash, createHmac } from 'node:crypto'
import canonicalize from 'canonicalize'
import { expect, test } from 'vitest'
import { leafHash, leafOf } from '../../../durable-objects/audit-log/leaf.ts'
import type { AuditInput } from '../../../durable-objects/audit-log/rpc.ts'
import { AuditEventType, actorKinds } from '../../../worker/features/audit/contract.ts'
import { risks } from '../../../worker/platform/contract.ts'

const hostile = ['', '"', '\\', '\n\u2028', 'é漢🦞', '‹email:0123456789›', '</script>', '\0', 'a'.repeat(5_000)]

const eventOf = (text: string | null, at: number): AuditInput => ({
  key: `key:${text}`,
  type: 'tool.started',
  at,
  actor: { kind: 'connector', id: text ?? 'con' },
  agentId: text,
  connectorId: text,
  target: text,
  risk: 'high',
  traceId: text,
  payload: {},
})

test.each([null, ...hostile])(
  'the leaf of an event with %j is the canonical text of what it says, and no other',
  (text) => {
    for (const [seq, length] of [0, 1, 31, 32, 33, 55, 56, 63, 64, 65, 300].entries()) {
      const event = eventOf(text, 1_763_700_000_123 + seq)
      const payload = `{"said":${JSON.stringify((text ?? '').slice(0, 300).repeat(length))}}`
      const salt = Uint8Array.from({ length: 32 }, (_, index) => (index * 37 + seq * 101) & 255)
      const leaf = leafOf(event, 'evt_1', seq, 1_763_700_000_456, payload, salt)
      const said = {
        v: 1,
        seq,
        id: 'evt_1',
        type: event.type,
        at: event.at,
        ts: 1_763_700_000_456,
        actor: event.actor,
        agent: text,
        connector: text,
        target: text,
        risk: event.risk,
        trace: text,
        pl: { alg: 'HMAC-SHA-256', commit: createHmac('sha256', salt).update(payload).digest('base64url') },
      }
      expect(leaf).toBe(canonicalize(said))
      expect(Buffer.from(leafHash(leaf)).toString('hex')).toBe(createHash('sha256').update(`\0${leaf}`).digest('hex'))
    }
  },
)

test('what is of a closed list has nothing in it that JSON would escape', () => {
  for (const word of [...AuditEventType.options, ...actorKinds, ...risks])
    expect(JSON.stringify(word)).toBe(`"${word}"`)
})
