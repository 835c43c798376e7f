import { eq, ne, or, type SQL, sql } from 'drizzle-orm'
import type { Condition } from '../../platform/db.ts'
import { agents } from '../agents/schema.ts'
import { connectors } from '../connectors/schema.ts'
import type { HealthState } from './contract.ts'

const isOffline = sql`(${or(
  ne(agents.state, 'active'),
  sql`${connectors.state} is null`,
  ne(connectors.state, 'online'),
  eq(connectors.health, 'offline'),
)})`

/** What `agentStanding` says, as SQL, for a query that joins `agents` with their `connectors`: healthy, degraded or offline. */
const healthColumn: SQL<HealthState> = sql<HealthState>`case when ${isOffline} then 'offline' when ${agents.health} = 'degraded' or ${connectors.health} = 'degraded' then 'degraded' else 'healthy' end`

export const hasHealth = (state: HealthState): Condition => sql`${healthColumn} = ${state}`
