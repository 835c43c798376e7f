import type { OrganizationContext } from '../../../platform/context.ts'
import { notFound } from '../../../platform/errors.ts'
import type { KillScope, scopeKinds } from '../contract.ts'
import { agentNames, connectorNames, groupSize, organizationName } from './store.ts'

export interface NamedScope {
  kind: (typeof scopeKinds)[number]
  ref: string | null
  /** What recovering asks for. */
  name: string
}

/** What a scope is called. Throws `not_found` for what this organization does not have, a group without agents too. */
export const nameScope = async (ctx: OrganizationContext, scope: KillScope): Promise<NamedScope> => {
  switch (scope.kind) {
    case 'agent': {
      const name = await agentNames(ctx, scope.agentId)
      if (name === null) throw notFound('Agent')
      return { kind: 'agent', ref: scope.agentId, name }
    }
    case 'connector': {
      const name = await connectorNames(ctx, scope.connectorId)
      if (name === null) throw notFound('Connector')
      return { kind: 'connector', ref: scope.connectorId, name }
    }
    case 'group':
      if ((await groupSize(ctx, scope.group)) === 0) throw notFound('Resource group')
      return { kind: 'group', ref: scope.group, name: scope.group }
    case 'organization':
      return { kind: 'organization', ref: null, name: await organizationName(ctx) }
  }
}
