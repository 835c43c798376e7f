import type { RequestFacts } from '../../../worker/features/rules/contract.ts'

/** A harmless request on an ordinary Wednesday, 2026-11-18 14:30 UTC. */
export const someFacts = (facts: Partial<RequestFacts> = {}): RequestFacts => ({
  source: 'openclaw.exec',
  action: 'exec',
  command: 'git status --short',
  argv: ['git', 'status', '--short'],
  cwd: '/srv/app',
  host: 'build-1',
  session: 'agent:main:main',
  arguments: {},
  risk: 'low',
  riskRules: ['read-only'],
  reversibility: 'reversible',
  costMicroUsd: null,
  agent: { id: 'agt_1', externalId: 'main', name: 'Main', model: 'provider/model-1' },
  connector: { id: 'con_1', name: 'Laptop' },
  requester: { kind: 'connector', id: 'con_1', name: 'Laptop' },
  at: Date.UTC(2026, 10, 18, 14, 30),
  ...facts,
})
