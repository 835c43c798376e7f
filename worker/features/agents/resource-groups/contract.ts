import { z } from 'zod'
import { AgentName } from '../contract.ts'

/** A name that agents of the organization carry; it is there as long as one does. */
export const ResourceGroup = z.object({
  name: z.string(),
  /** Active agents in it. */
  agents: z.number().int(),
  /** Of these, taken out of service here. */
  disabled: z.number().int(),
})
export type ResourceGroup = z.infer<typeof ResourceGroup>
export const ResourceGroups = z.object({ items: z.array(ResourceGroup) })

export const RenameGroup = z.strictObject({ name: AgentName })
/** How many agents carry another name now, or none. */
export const RegroupedAgents = z.object({ agents: z.number().int() })
export const GroupName = AgentName
