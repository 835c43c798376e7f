import { and, eq, gt, lte } from 'drizzle-orm'
import type { Database } from '../../../platform/db.ts'
import { type DeviceCode, deviceCodes } from '../schema.ts'

export const insertDeviceCode = async (db: Database, row: DeviceCode): Promise<void> => {
  await db.insert(deviceCodes).values(row)
}

export const findDeviceCode = (db: Database, digest: string): Promise<DeviceCode | undefined> =>
  db.select().from(deviceCodes).where(eq(deviceCodes.digest, digest)).get()

const pending = (userCode: string, now: number) =>
  and(eq(deviceCodes.userCode, userCode), eq(deviceCodes.state, 'pending'), gt(deviceCodes.expiresAt, now))

export const findPendingRequest = (db: Database, userCode: string, now: number): Promise<DeviceCode | undefined> =>
  db.select().from(deviceCodes).where(pending(userCode, now)).get()

type Decision = Pick<DeviceCode, 'state' | 'userId' | 'organizationId'>

/** Decides only while nobody has. */
export const decideStatement = (db: Database, userCode: string, decision: Decision, now: number) =>
  db.update(deviceCodes).set(decision).where(pending(userCode, now))

/** Notes a poll, and makes those who poll too fast wait longer. */
export const notePoll = async (db: Database, digest: string, now: number, intervalMs: number): Promise<void> => {
  await db.update(deviceCodes).set({ lastPolledAt: now, intervalMs }).where(eq(deviceCodes.digest, digest))
}

/** Uses the code up: of two who trade it, one deletes the row. */
export const spendDeviceCodeStatement = (db: Database, digest: string) =>
  db.delete(deviceCodes).where(and(eq(deviceCodes.digest, digest), eq(deviceCodes.state, 'approved')))

export const deleteExpiredDeviceCodes = (db: Database, now: number) =>
  db.delete(deviceCodes).where(lte(deviceCodes.expiresAt, now))
