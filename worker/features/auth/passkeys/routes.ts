import { createRoute, z } from '@hono/zod-openapi'
import { asPerson } from '../../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../../http/api.ts'
import { requireOwnOrigin } from '../../../http/csrf.ts'
import { Id, Page } from '../../../platform/contract.ts'
import { LoginAnswer, Passkey, PasskeyLogin, PasskeyOptions, PasskeyRegistration } from '../contract.ts'
import { answerSignedIn } from '../sessions/routes.ts'
import { addPasskey, listMyPasskeys, passkeyCreationOptions, removePasskey } from './add.ts'
import { passkeyRequestOptions, signInByPasskey } from './sign-in.ts'

const tags = ['auth']

export const passkeyRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/auth/passkeys',
      tags,
      summary: 'The caller’s passkeys',
      middleware: [asPerson],
      responses: { 200: json(Page(Passkey), 'Passkeys'), ...problems },
    }),
    async (c) => c.json({ items: await listMyPasskeys(contextOf(c)), nextCursor: null }, 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/auth/passkeys/register/options',
      tags,
      summary: 'Begin to register a passkey',
      middleware: [asPerson],
      responses: { 200: json(PasskeyOptions, 'For the authenticator'), ...problems },
    }),
    async (c) => c.json(PasskeyOptions.parse({ options: await passkeyCreationOptions(contextOf(c)) }), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/auth/passkeys/register',
      tags,
      summary: 'Register a passkey',
      middleware: [asPerson],
      request: { body: body(PasskeyRegistration) },
      responses: { 201: json(Passkey, 'Registered'), ...problems },
    }),
    async (c) => {
      const { name, response } = c.req.valid('json')
      return c.json(await addPasskey(contextOf(c), name, response), 201)
    },
  )
  .openapi(
    createRoute({
      method: 'delete',
      path: '/auth/passkeys/{passkeyId}',
      tags,
      summary: 'Remove a passkey',
      middleware: [asPerson],
      request: { params: z.object({ passkeyId: Id('psk') }) },
      responses: { 204: { description: 'Removed' }, ...problems },
    }),
    async (c) => {
      await removePasskey(contextOf(c), c.req.valid('param').passkeyId)
      return c.body(null, 204)
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/auth/passkeys/login/options',
      tags,
      summary: 'Begin to sign in by passkey',
      responses: { 200: json(PasskeyOptions, 'For the authenticator'), ...problems },
    }),
    async (c) => c.json(PasskeyOptions.parse({ options: await passkeyRequestOptions(c.get('request')) }), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/auth/passkeys/login',
      tags,
      summary: 'Sign in by passkey',
      request: { body: body(PasskeyLogin) },
      responses: { 200: json(LoginAnswer, 'Signed in'), ...problems },
    }),
    async (c) => {
      const { response, transport } = c.req.valid('json')
      if (transport === 'cookie') requireOwnOrigin(c)
      return c.json(answerSignedIn(c, await signInByPasskey(c.get('request'), response, transport), transport), 200)
    },
  )
