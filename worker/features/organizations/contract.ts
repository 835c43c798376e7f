import { z } from 'zod'
import { Role } from '../../platform/access/contract.ts'
import { Id, Timestamp } from '../../platform/contract.ts'

const Name = z.string().trim().min(1).max(120)

export const Organization = z.object({ id: Id('org'), name: z.string(), role: Role, createdAt: Timestamp })
export type Organization = z.infer<typeof Organization>

export const CreateOrganization = z.strictObject({ name: Name })
export const RenameOrganization = z.strictObject({ name: Name })

export const Member = z.object({
  userId: Id('usr'),
  name: z.string(),
  email: z.string(),
  role: Role,
  joinedAt: Timestamp,
})
export type Member = z.infer<typeof Member>

export const ChangeMember = z.strictObject({ role: Role })

export const Invitation = z.object({
  id: Id('inv'),
  email: z.string(),
  role: Role,
  invitedBy: z.string(),
  createdAt: Timestamp,
  expiresAt: Timestamp,
})
export type Invitation = z.infer<typeof Invitation>

/** The owner role is handed over by a member change, never mailed. */
export const Invite = z.strictObject({
  email: z
    .email()
    .max(254)
    .transform((email) => email.toLowerCase()),
  role: Role.exclude(['owner']),
})
export type Invite = z.infer<typeof Invite>

export const AcceptInvitation = z.strictObject({ token: z.string().max(200) })
