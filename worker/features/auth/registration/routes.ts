import { createRoute } from '@hono/zod-openapi'
import { api, body, json, problems } from '../../../http/api.ts'
import { requireOwnOrigin } from '../../../http/csrf.ts'
import { AuthMethods, LoginAnswer, Register, Setup } from '../contract.ts'
import { answerSignedIn } from '../sessions/routes.ts'
import { register } from './register.ts'
import { setUp, setupRequired } from './setup.ts'

const tags = ['auth']
const registered = json(LoginAnswer, 'Registered and signed in')

export const registrationRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/auth/methods',
      tags,
      summary: 'Which ways in this installation offers',
      responses: { 200: json(AuthMethods, 'Ways in'), ...problems },
    }),
    async (c) => {
      const ctx = c.get('request')
      const { registration, github, google } = ctx.config
      const providers = [...(github ? ['github' as const] : []), ...(google ? ['google' as const] : [])]
      return c.json({ setupRequired: await setupRequired(ctx), registration, providers }, 200)
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/auth/register',
      tags,
      summary: 'Create an account, with a new organization or by an invitation',
      request: { body: body(Register) },
      responses: { 201: registered, ...problems },
    }),
    async (c) => {
      const input = c.req.valid('json')
      if (input.transport === 'cookie') requireOwnOrigin(c)
      return c.json(answerSignedIn(c, await register(c.get('request'), input), input.transport), 201)
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/auth/setup',
      tags,
      summary: 'Create the first account of an installation',
      request: { body: body(Setup) },
      responses: { 201: registered, ...problems },
    }),
    async (c) => {
      const input = c.req.valid('json')
      if (input.transport === 'cookie') requireOwnOrigin(c)
      return c.json(answerSignedIn(c, await setUp(c.get('request'), input), input.transport), 201)
    },
  )
