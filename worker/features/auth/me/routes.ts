import { createRoute } from '@hono/zod-openapi'
import { signedIn } from '../../../http/access.ts'
import { api, contextOf, json, problems } from '../../../http/api.ts'
import { Me, MyCapabilities } from '../contract.ts'
import { whoAmI } from './me.ts'

const tags = ['me']

export const meRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/me',
      tags,
      summary: 'The signed-in person',
      middleware: [signedIn],
      responses: { 200: json(Me, 'The person and their organizations'), ...problems },
    }),
    async (c) => c.json(await whoAmI(contextOf(c)), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/me/capabilities',
      tags,
      summary: 'What the credential may do, and in which organization',
      middleware: [signedIn],
      responses: { 200: json(MyCapabilities, 'Capabilities of the credential'), ...problems },
    }),
    (c) => {
      const { organizationId, role, capabilities } = contextOf(c)
      return c.json({ organizationId, role, capabilities: [...capabilities] }, 200)
    },
  )
