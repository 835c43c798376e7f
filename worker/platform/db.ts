import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'

export type Database = DrizzleD1Database

export const databaseOf = (env: Env): Database => drizzle(env.DB)
