import { connectorSession } from '../../../durable-objects/connector-session/stub.ts'
import type { OrganizationContext } from '../../platform/context.ts'
import { AppError } from '../../platform/errors.ts'
import type { Diagnostics } from './contract.ts'
import { getConnector } from './store.ts'

/** Lets the connector check itself, its gateway and the way to us. Throws `unavailable` when it does not answer. */
export const diagnoseConnector = async (ctx: OrganizationContext, id: string): Promise<Diagnostics> => {
  const connector = await getConnector(ctx, id)
  const steps = connector.state === 'online' ? await connectorSession(ctx.env, id).diagnose() : null
  if (!steps)
    throw new AppError('unavailable', 'The connector does not answer. Run `clawbutler connector doctor` beside it.', {
      context: { state: connector.state },
    })
  return { ranAt: ctx.now().toISOString(), steps }
}
