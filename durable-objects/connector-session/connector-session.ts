import { DurableObject } from 'cloudflare:workers'

export class ConnectorSession extends DurableObject<Env> {}
