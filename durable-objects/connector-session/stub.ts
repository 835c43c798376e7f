import type { ConnectorSessionRpc } from './rpc.ts'

type Stub = ConnectorSessionRpc & { fetch: (request: Request) => Promise<Response> }

/** The session of a connector: the only place that names the binding. */
export const connectorSession = (env: Env, connectorId: string): Stub =>
  env.CONNECTOR_SESSION.get(env.CONNECTOR_SESSION.idFromName(connectorId))

/** Headers by which the Worker, which knows the token, tells the session whose it is. Never taken from outside. */
export const sessionHeaders = {
  organization: 'x-clawbutler-organization',
  connector: 'x-clawbutler-connector',
  tokenDigest: 'x-clawbutler-token-digest',
} as const
