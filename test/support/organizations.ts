import { env } from 'cloudflare:test'
import { configOf } from '../../worker/config.ts'
import { sessions } from '../../worker/features/auth/schema.ts'
import { members, organizations } from '../../worker/features/organizations/schema.ts'
import { users } from '../../worker/features/users/index.ts'
import { capabilitiesOf, type Role } from '../../worker/platform/access/contract.ts'
import { signAccessToken } from '../../worker/platform/access/token.ts'
import { backgroundContext, type OrganizationContext } from '../../worker/platform/context.ts'
import { databaseOf } from '../../worker/platform/db.ts'
import { newId } from '../../worker/platform/ids.ts'
import { randomToken } from '../../worker/platform/secrets.ts'
import { touches } from './every-log.ts'

export interface Person {
  organizationId: string
  userId: string
  email: string
  sessionId: string
  role: Role
  /** The context that a verb gets when this person calls. */
  ctx: OrganizationContext
  /** For `Authorization: Bearer`; with another role than the person's own if one is given. */
  accessToken: (role?: Role) => Promise<string>
  /** The same as a header. */
  authorization: (role?: Role) => Promise<{ authorization: string }>
}

/** A new organization with one owner, written straight to D1: nobody waits for a password hash. */
export const anOrganization = async ({ name = 'Probe' }: { name?: string } = {}): Promise<Person> => {
  const organizationId = touches(newId('org'))
  await databaseOf(env).insert(organizations).values({ id: organizationId, name, createdAt: Date.now() })
  return aMember(organizationId, 'owner')
}

/** A new person with a role in an organization that exists. */
export const aMember = async (organizationId: string, role: Role): Promise<Person> => {
  const [userId, sessionId] = [newId('usr'), newId('ses')]
  const [now, email, name] = [Date.now(), `${userId}@example.test`, `Person ${role}`]
  const db = databaseOf(env)
  await db.batch([
    db.insert(users).values({ id: userId, email, name, emailVerifiedAt: now, createdAt: now }),
    db.insert(members).values({ id: newId('mem'), organizationId, userId, role, joinedAt: now }),
    db.insert(sessions).values({
      id: sessionId,
      userId,
      organizationId,
      kind: 'token',
      scopes: null,
      familyDigest: randomToken(),
      tokenDigest: randomToken(),
      userAgent: 'test',
      ipAddress: '',
      createdAt: now,
      lastUsedAt: now,
      expiresAt: now + 86_400_000,
      endsAt: now + 86_400_000,
      revokedAt: null,
    }),
  ])
  const accessToken = (as: Role = role) =>
    signAccessToken(configOf(env), { sub: userId, sid: sessionId, org: organizationId, role: as, name }, new Date())
  return {
    organizationId,
    userId,
    email,
    sessionId,
    role,
    ctx: {
      ...backgroundContext(env, (work) => void work),
      organizationId,
      actor: { kind: 'member', id: userId },
      actorName: name,
      role,
      person: { id: userId, role },
      capabilities: new Set(capabilitiesOf(role)),
      sessionId,
    },
    accessToken,
    authorization: async (as) => ({ authorization: `Bearer ${await accessToken(as)}` }),
  }
}
