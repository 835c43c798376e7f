import { createRoute } from '@hono/zod-openapi'
import { asPerson } from '../../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../../http/api.ts'
import { ConfirmTotp, DisableTotp, RecoveryCodes, TotpEnrolment } from '../contract.ts'
import { confirmTotp, disableTotp, enrolTotp } from './enrol.ts'

const tags = ['auth']

export const totpRoutes = api()
  .openapi(
    createRoute({
      method: 'post',
      path: '/auth/totp/enroll',
      tags,
      summary: 'Begin a second factor: the secret for an authenticator app',
      middleware: [asPerson],
      responses: { 200: json(TotpEnrolment, 'Counts after its first code was confirmed'), ...problems },
    }),
    async (c) => c.json(await enrolTotp(contextOf(c)), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/auth/totp/confirm',
      tags,
      summary: 'Turn the second factor on; recovery codes are answered once',
      middleware: [asPerson],
      request: { body: body(ConfirmTotp) },
      responses: { 200: json(RecoveryCodes, 'On'), ...problems },
    }),
    async (c) => c.json(await confirmTotp(contextOf(c), c.req.valid('json').code), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/auth/totp/disable',
      tags,
      summary: 'Turn the second factor off, with password and code',
      middleware: [asPerson],
      request: { body: body(DisableTotp) },
      responses: { 204: { description: 'Off' }, ...problems },
    }),
    async (c) => {
      const { password, code } = c.req.valid('json')
      await disableTotp(contextOf(c), password, code)
      return c.body(null, 204)
    },
  )
