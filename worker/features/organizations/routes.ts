import { createRoute, z } from '@hono/zod-openapi'
import { asPerson, can } from '../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../http/api.ts'
import { Id, Page, PageQuery } from '../../platform/contract.ts'
import { acceptInvitation } from './accept-invitation.ts'
import { changeMember, leaveOrganization, removeMember } from './change-member.ts'
import {
  AcceptInvitation,
  ChangeMember,
  CreateOrganization,
  Invitation,
  Invite,
  Member,
  Organization,
  RenameOrganization,
} from './contract.ts'
import { createOrganization } from './create.ts'
import { invite, revokeInvitation } from './invite.ts'
import { listMyOrganizations, listOpenInvitations, listOrganizationMembers } from './list.ts'
import { renameOrganization } from './rename.ts'

const tags = ['organizations']
const UserParam = z.object({ userId: Id('usr') })
const done = (description: string) => ({ 204: { description }, ...problems })

const organizationRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/organizations',
      tags,
      summary: 'The organizations of the caller',
      middleware: [asPerson],
      responses: { 200: json(Page(Organization), 'Organizations'), ...problems },
    }),
    async (c) => c.json({ items: await listMyOrganizations(contextOf(c)), nextCursor: null }, 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/organizations',
      tags,
      summary: 'Create an organization of one’s own',
      middleware: [asPerson],
      request: { body: body(CreateOrganization) },
      responses: { 201: json(Organization, 'Created'), ...problems },
    }),
    async (c) => c.json(await createOrganization(contextOf(c), c.req.valid('json').name), 201),
  )
  .openapi(
    createRoute({
      method: 'patch',
      path: '/organizations/current',
      tags,
      summary: 'Rename the organization',
      middleware: [can('organization.write')],
      request: { body: body(RenameOrganization) },
      responses: { 200: json(Organization, 'Renamed'), ...problems },
    }),
    async (c) => c.json(await renameOrganization(contextOf(c), c.req.valid('json').name), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/organizations/leave',
      tags,
      summary: 'Leave the organization',
      middleware: [asPerson],
      responses: done('You are no member any more'),
    }),
    async (c) => {
      await leaveOrganization(contextOf(c))
      return c.body(null, 204)
    },
  )

const memberRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/organizations/members',
      tags,
      summary: 'Who belongs to the organization',
      middleware: [can('members.read')],
      request: { query: PageQuery },
      responses: { 200: json(Page(Member), 'Members'), ...problems },
    }),
    async (c) => c.json(await listOrganizationMembers(contextOf(c), c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'patch',
      path: '/organizations/members/{userId}',
      tags,
      summary: 'Give a member another role',
      middleware: [can('members.write')],
      request: { params: UserParam, body: body(ChangeMember) },
      responses: { 200: json(Member, 'Changed'), ...problems },
    }),
    async (c) => c.json(await changeMember(contextOf(c), c.req.valid('param').userId, c.req.valid('json').role), 200),
  )
  .openapi(
    createRoute({
      method: 'delete',
      path: '/organizations/members/{userId}',
      tags,
      summary: 'Take a member out',
      middleware: [can('members.write')],
      request: { params: UserParam },
      responses: done('Removed'),
    }),
    async (c) => {
      await removeMember(contextOf(c), c.req.valid('param').userId)
      return c.body(null, 204)
    },
  )

const invitationRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/organizations/invitations',
      tags,
      summary: 'Invitations that can still be accepted',
      middleware: [can('members.read')],
      request: { query: PageQuery },
      responses: { 200: json(Page(Invitation), 'Invitations'), ...problems },
    }),
    async (c) => c.json({ items: await listOpenInvitations(contextOf(c)), nextCursor: null }, 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/organizations/invitations',
      tags,
      summary: 'Invite somebody by mail',
      middleware: [can('members.write')],
      request: { body: body(Invite) },
      responses: { 201: json(Invitation, 'Invited'), ...problems },
    }),
    async (c) => c.json(await invite(contextOf(c), c.req.valid('json')), 201),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/organizations/invitations/accept',
      tags,
      summary: 'Join by a mailed link',
      middleware: [asPerson],
      request: { body: body(AcceptInvitation) },
      responses: { 200: json(Organization, 'Joined'), ...problems },
    }),
    async (c) => c.json(await acceptInvitation(contextOf(c), c.req.valid('json').token), 200),
  )
  .openapi(
    createRoute({
      method: 'delete',
      path: '/organizations/invitations/{invitationId}',
      tags,
      summary: 'Take an invitation back',
      middleware: [can('members.write')],
      request: { params: z.object({ invitationId: Id('inv') }) },
      responses: done('Revoked'),
    }),
    async (c) => {
      await revokeInvitation(contextOf(c), c.req.valid('param').invitationId)
      return c.body(null, 204)
    },
  )

/** Below `/api/v1`. The organization is always the one of the credential. */
export const organizationsRoutes = api()
  .route('/', organizationRoutes)
  .route('/', memberRoutes)
  .route('/', invitationRoutes)
