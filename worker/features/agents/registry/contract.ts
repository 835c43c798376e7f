import { z } from 'zod'
import { Id } from '../../../platform/contract.ts'
import { GatewayAgentId, gatewayIdOf } from '../../connectors/link/changes/contract.ts'
import { AgentChange } from '../changes/contract.ts'
import { Agent, AgentName } from '../contract.ts'

const ModelName = z
  .string()
  .trim()
  .min(1)
  .max(300)
  .regex(/^[^\s\p{Cc}]+$/u, 'a model as the gateway calls it, such as openai/gpt-5')
/** A folder of the gateway's machine; nothing is climbed out of. */
const Workspace = z
  .string()
  .trim()
  .max(1_000)
  .regex(/^(~?\/|[A-Za-z]:\\)[^\p{Cc}]*$/u, 'an absolute path, or one below ~/')
  .refine((path) => !path.split(/[\\/]/).includes('..'), 'no ..')

export const RegisterAgent = z
  .strictObject({
    connectorId: Id('con'),
    /** What people call it at the gateway. */
    name: AgentName,
    /** Its id there; left out, the gateway's usual one: the name in small letters, digits, - and _. */
    externalId: GatewayAgentId.optional(),
    /** Left out, the gateway's defaults. */
    model: ModelName.optional(),
    workspace: Workspace.optional(),
  })
  .transform((wanted, context) => {
    const externalId = wanted.externalId ?? gatewayIdOf(wanted.name)
    if (externalId !== null) return { ...wanted, externalId }
    const message = 'Nothing of the name may stand in an id: say which id it gets.'
    context.addIssue({ code: 'custom', path: ['externalId'], message })
    return z.NEVER
  })
export type RegisterAgent = z.infer<typeof RegisterAgent>

/** `agent` is null as long as the gateway's list does not show it: it made the agent, or nobody knows yet. */
export const RegisteredAgent = z.object({ change: AgentChange, agent: Agent.nullable() })
export type RegisteredAgent = z.infer<typeof RegisteredAgent>

/** `name` as the list shows it: who removes an agent has read which one. */
export const RemoveAgent = z.strictObject({ name: z.string().max(300) })
/** `agent` is still active while the gateway's list shows it. Both null: its gateway had none, and we have forgotten it. */
export const RemovedAgent = z.object({ change: AgentChange.nullable(), agent: Agent.nullable() })
export type RemovedAgent = z.infer<typeof RemovedAgent>
