import { and, asc, eq, gt, isNull, sql } from 'drizzle-orm'
import type { Role } from '../../platform/access/contract.ts'
import { always, type Condition, type Database, insertWhere } from '../../platform/db.ts'
import { notFound } from '../../platform/errors.ts'
import { users } from '../users/index.ts'
import { type InvitationRow, invitations, type Member, members, organizations } from './schema.ts'

type Organization = typeof organizations.$inferSelect

/** The organizations of a person with the person's role in each, the oldest membership first. */
export const membershipsOf = (db: Database, userId: string) =>
  db
    .select({
      id: organizations.id,
      name: organizations.name,
      role: members.role,
      createdAt: organizations.createdAt,
    })
    .from(members)
    .innerJoin(organizations, eq(organizations.id, members.organizationId))
    .where(eq(members.userId, userId))
    .orderBy(asc(members.joinedAt), asc(members.id))
    .limit(1_000)

export const findMembership = (db: Database, organizationId: string, userId: string): Promise<Member | undefined> =>
  db
    .select()
    .from(members)
    .where(and(eq(members.organizationId, organizationId), eq(members.userId, userId)))
    .get()

/** Throws `not_found`. */
export const getMembership = async (db: Database, organizationId: string, userId: string): Promise<Member> => {
  const member = await findMembership(db, organizationId, userId)
  if (!member) throw notFound('Member')
  return member
}

export const insertOrganizationStatement = (db: Database, row: Organization, condition: Condition = always) =>
  insertWhere(db, organizations, row, condition)

export const insertMemberStatement = (db: Database, row: Member, condition: Condition = always) =>
  insertWhere(db, members, row, condition)

export const renameStatement = (db: Database, organizationId: string, name: string) =>
  db.update(organizations).set({ name }).where(eq(organizations.id, organizationId))

export const getOrganization = async (db: Database, organizationId: string): Promise<Organization> => {
  const row = await db.select().from(organizations).where(eq(organizations.id, organizationId)).get()
  if (!row) throw notFound('Organization')
  return row
}

export const listMembers = (db: Database, organizationId: string, after: string | undefined, limit: number) =>
  db
    .select({
      id: members.id,
      userId: members.userId,
      name: users.name,
      email: users.email,
      role: members.role,
      joinedAt: members.joinedAt,
    })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(eq(members.organizationId, organizationId), after === undefined ? undefined : gt(members.id, after)))
    .orderBy(asc(members.id))
    .limit(limit)

/** True while somebody else is an owner: the last one can neither go nor be made less. */
const anotherOwner = (organizationId: string, userId: string): Condition =>
  sql`exists (select 1 from ${members} m where m.organization_id = ${organizationId} and m.role = 'owner' and m.user_id <> ${userId})`

const thisMember = ({ organizationId, userId, role }: Member) =>
  and(eq(members.organizationId, organizationId), eq(members.userId, userId), eq(members.role, role))

/** Changes the role only if it still is what the caller saw, and if an owner remains. */
export const changeRoleStatement = (db: Database, member: Member, role: Role) =>
  db
    .update(members)
    .set({ role })
    .where(
      and(
        thisMember(member),
        member.role === 'owner' && role !== 'owner' ? anotherOwner(member.organizationId, member.userId) : undefined,
      ),
    )

export const removeMemberStatement = (db: Database, member: Member) =>
  db
    .delete(members)
    .where(
      and(thisMember(member), member.role === 'owner' ? anotherOwner(member.organizationId, member.userId) : undefined),
    )

export const listInvitations = (db: Database, organizationId: string, now: number) =>
  db
    .select({
      id: invitations.id,
      email: invitations.email,
      role: invitations.role,
      invitedBy: invitations.invitedBy,
      createdAt: invitations.createdAt,
      expiresAt: invitations.expiresAt,
    })
    .from(invitations)
    .where(
      and(
        eq(invitations.organizationId, organizationId),
        isNull(invitations.acceptedBy),
        gt(invitations.expiresAt, now),
      ),
    )
    .orderBy(asc(invitations.id))
    .limit(1_000)

/** A second invitation to the same address takes the place of the first, whose link then works no more. */
export const putInvitationStatement = (db: Database, row: InvitationRow) => {
  const { id: _, organizationId: __, email: ___, ...changing } = row
  return db
    .insert(invitations)
    .values(row)
    .onConflictDoUpdate({
      target: [invitations.organizationId, invitations.email],
      set: { id: row.id, ...changing },
    })
}

/** An invitation that can be accepted now. */
export const findOpenInvitation = (db: Database, digest: string, now: number): Promise<InvitationRow | undefined> =>
  db
    .select()
    .from(invitations)
    .where(and(eq(invitations.digest, digest), isNull(invitations.acceptedBy), gt(invitations.expiresAt, now)))
    .get()

/** Of two who accept, one changes the row. */
export const acceptInvitationStatement = (db: Database, { digest }: InvitationRow, userId: string, now: number) =>
  db
    .update(invitations)
    .set({ acceptedBy: userId })
    .where(and(eq(invitations.digest, digest), isNull(invitations.acceptedBy), gt(invitations.expiresAt, now)))

/** Behind `acceptInvitationStatement` in the same batch: whether this person was the one. */
export const invitationAcceptedBy = (digest: string, userId: string): Condition =>
  sql`exists (select 1 from ${invitations} where ${invitations.digest} = ${digest} and ${invitations.acceptedBy} = ${userId})`

export const deleteInvitationStatement = (db: Database, organizationId: string, invitationId: string) =>
  db
    .delete(invitations)
    .where(
      and(
        eq(invitations.organizationId, organizationId),
        eq(invitations.id, invitationId),
        isNull(invitations.acceptedBy),
      ),
    )
