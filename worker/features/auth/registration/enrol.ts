import type { Role } from '../../../platform/access/contract.ts'
import { actingFor, type RequestContext } from '../../../platform/context.ts'
import type { Statement } from '../../../platform/db.ts'
import { AppError } from '../../../platform/errors.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import { mailStatement, newMail, sendSoon } from '../../mail/index.ts'
import { createOrganizationStatements } from '../../organizations/index.ts'
import { findUser, findUserByEmail, isEmailTaken, type User, userExists } from '../../users/index.ts'
import { verifyLetter } from '../passwords/letters.ts'
import { newOneTimeToken } from '../passwords/one-time-token.ts'
import { insertPasswordStatement } from '../passwords/store.ts'
import { accessTokenFor, newSession, type SignedIn } from '../sessions/open.ts'
import { insertSessionStatement } from '../sessions/store.ts'

/** Throws `email_taken`. */
export const newUser = async (ctx: RequestContext, { email, name }: { email: string; name: string }): Promise<User> => {
  if (await findUserByEmail(ctx.db, email)) throw emailTaken()
  return { id: ctx.newId('usr'), email, name, emailVerifiedAt: null, createdAt: ctx.now().getTime() }
}

export const emailTaken = () => new AppError('email_taken', 'There is an account with this address already.')

/** Where a new person begins, and the statements that bring it about. */
export interface Beginning {
  organizationId: string
  role: Role
  statements: readonly Statement[]
}

/** An organization of their own. */
export const foundOrganization = (ctx: RequestContext, user: User, name: string): Beginning => {
  const organizationId = ctx.newId('org')
  const made = { organizationId, name, ownerId: user.id, condition: userExists(user.id) }
  return { organizationId, role: 'owner', statements: createOrganizationStatements(ctx, made) }
}

/** The first password of a person whom the same batch inserts. */
export const passwordStatement = (ctx: RequestContext, userId: string, hash: string): Statement =>
  insertPasswordStatement(ctx.db, { userId, hash, changedAt: ctx.now().getTime() }, userExists(userId))

interface Enrolment {
  method: 'password' | 'github' | 'google' | 'setup'
  kind: 'browser' | 'token'
  /** Inserts the person, guarded where somebody else may come first. All other statements depend on that row. */
  person: readonly [Statement, ...Statement[]]
  /** What the person proves themselves by next time. */
  credential: Statement
  beginning: Beginning
  /** What is thrown when the guard decided for somebody else. */
  lost: () => AppError
}

/** Everything that a new account consists of, in one commit, signed in. */
export const enrol = async (ctx: RequestContext, user: User, wanted: Enrolment): Promise<SignedIn> => {
  const { organizationId, role, statements } = wanted.beginning
  const { session, refreshToken } = newSession(ctx, { userId: user.id, organizationId, kind: wanted.kind })
  const within = actingFor(ctx, organizationId, { kind: 'member', id: user.id })
  try {
    await ctx.db.batch([
      ...wanted.person,
      insertSessionStatement(ctx.db, session, userExists(user.id)),
      auditStatement(within, 'user.registered', { method: wanted.method }, { target: user.id }),
      wanted.credential,
      ...statements,
      ...(user.emailVerifiedAt === null ? await verificationStatements(ctx, user) : []),
    ])
  } catch (error) {
    if (isEmailTaken(error)) throw emailTaken()
    throw error
  }
  if (!(await findUser(ctx.db, user.id))) throw wanted.lost()
  sendSoon(ctx)
  await drainSoon(ctx, organizationId)
  return { session, refreshToken, accessToken: await accessTokenFor(ctx, session, user.name, role) }
}

const verificationStatements = async (ctx: RequestContext, user: User): Promise<Statement[]> => {
  const { token, statement } = newOneTimeToken(ctx, user.id, 'verify-email', userExists(user.id))
  const letter = verifyLetter(ctx.config.publicUrl, user.email, token)
  const mail = await newMail(ctx, letter)
  return [statement, mailStatement(ctx, mail, userExists(user.id))]
}
