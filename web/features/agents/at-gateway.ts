/**
 * The beginning of the keys of everything that an agent's gateway was asked. Apart from `agents`, which every run makes
 * stale: a gateway is asked again when it was changed from here, or when somebody wants to know.
 */
export const atGatewayKey = (agentId: string) => ['at-gateway', agentId] as const
