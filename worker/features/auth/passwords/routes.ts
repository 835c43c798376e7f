import { createRoute } from '@hono/zod-openapi'
import { asPerson } from '../../../http/access.ts'
import { api, body, contextOf, problems } from '../../../http/api.ts'
import { ChangePassword, ForgotPassword, ResetPassword, VerifyEmail } from '../contract.ts'
import { changePassword } from './change.ts'
import { askForReset, resetPassword } from './reset.ts'
import { sendVerification, verifyEmail } from './verify-email.ts'

const tags = ['auth']

export const passwordRoutes = api()
  .openapi(
    createRoute({
      method: 'post',
      path: '/auth/forgot-password',
      tags,
      summary: 'Mail a link that sets a new password; the answer is the same for every address',
      request: { body: body(ForgotPassword) },
      responses: { 202: { description: 'If there is such an account, a mail is on its way' }, ...problems },
    }),
    async (c) => {
      await askForReset(c.get('request'), c.req.valid('json').email)
      return c.body(null, 202)
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/auth/reset-password',
      tags,
      summary: 'Set a new password by a mailed link; ends every session',
      request: { body: body(ResetPassword) },
      responses: { 204: { description: 'The password is set' }, ...problems },
    }),
    async (c) => {
      const { token, password } = c.req.valid('json')
      await resetPassword(c.get('request'), token, password)
      return c.body(null, 204)
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/auth/change-password',
      tags,
      summary: 'Set another password with the present one; ends the other sessions',
      middleware: [asPerson],
      request: { body: body(ChangePassword) },
      responses: { 204: { description: 'The password is set' }, ...problems },
    }),
    async (c) => {
      const { currentPassword, password } = c.req.valid('json')
      await changePassword(contextOf(c), currentPassword, password)
      return c.body(null, 204)
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/auth/verify-email',
      tags,
      summary: 'Verify an address by a mailed link',
      request: { body: body(VerifyEmail) },
      responses: { 204: { description: 'The address is verified' }, ...problems },
    }),
    async (c) => {
      await verifyEmail(c.get('request'), c.req.valid('json').token)
      return c.body(null, 204)
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/auth/verify-email/send',
      tags,
      summary: 'Mail the link that verifies the caller’s address once more',
      middleware: [asPerson],
      responses: { 202: { description: 'A mail is on its way' }, ...problems },
    }),
    async (c) => {
      await sendVerification(contextOf(c))
      return c.body(null, 202)
    },
  )
