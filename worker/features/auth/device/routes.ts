import { createRoute, z } from '@hono/zod-openapi'
import { HTTPException } from 'hono/http-exception'
import { asPerson } from '../../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../../http/api.ts'
import { accessTokenLifetimeMs } from '../../../platform/access/token.ts'
import {
  DeviceCodeAnswer,
  DeviceCodeRequest,
  DeviceDecision,
  DeviceRequest,
  DeviceTokenAnswer,
  DeviceTokenError,
  DeviceTokenRequest,
} from '../contract.ts'
import { askForDevice } from './ask.ts'
import { decideDevice, showDeviceRequest } from './decide.ts'
import { DeviceError } from './error.ts'
import { tradeDeviceCode } from './trade.ts'

const tags = ['auth']
const refused = { 400: json(DeviceTokenError, 'Refused, in the shape of RFC 6749 §5.2') }

/** The RFC's clients send forms, ours may send JSON. */
const formOrJson = <T extends z.ZodType>(schema: T) => ({
  content: { 'application/x-www-form-urlencoded': { schema }, 'application/json': { schema } },
})

const refuseUnfit = (result: { success: boolean }): undefined => {
  if (!result.success) throw new DeviceError('invalid_request')
}

const oauthRoutes = api()
  .openapi(
    createRoute({
      method: 'post',
      path: '/auth/device/code',
      tags,
      summary: 'A device asks to act for a person (RFC 8628 §3.1)',
      request: { body: formOrJson(DeviceCodeRequest) },
      responses: { 200: json(DeviceCodeAnswer, 'Show the code'), ...refused, ...problems },
    }),
    async (c) => {
      const input = DeviceCodeRequest.parse({ ...c.req.valid('form'), ...c.req.valid('json') })
      return c.json(await askForDevice(c.get('request'), input), 200)
    },
    refuseUnfit,
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/auth/device/token',
      tags,
      summary: 'A device asks whether it was approved (RFC 8628 §3.4)',
      request: { body: formOrJson(DeviceTokenRequest) },
      responses: { 200: json(DeviceTokenAnswer, 'Approved'), ...refused, ...problems },
    }),
    async (c) => {
      const input = DeviceTokenRequest.safeParse({ ...c.req.valid('form'), ...c.req.valid('json') })
      if (!input.success) throw new DeviceError('invalid_request')
      const { session, accessToken, refreshToken } = await tradeDeviceCode(c.get('request'), input.data)
      return c.json(
        {
          access_token: accessToken,
          token_type: 'Bearer' as const,
          expires_in: accessTokenLifetimeMs / 1000,
          refresh_token: refreshToken,
          ...(session.scopes !== null && { scope: session.scopes }),
          organization_id: session.organizationId,
        },
        200,
      )
    },
    refuseUnfit,
  )

oauthRoutes.onError((error, c) => {
  if (error instanceof DeviceError) return c.json({ error: error.code }, 400)
  if (error instanceof HTTPException && error.status === 400) return c.json({ error: 'invalid_request' }, 400)
  throw error
})

const decisionRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/auth/device/request',
      tags,
      summary: 'The device that shows this code',
      middleware: [asPerson],
      request: { query: z.strictObject({ userCode: z.string().max(20) }) },
      responses: { 200: json(DeviceRequest, 'Who asks'), ...problems },
    }),
    async (c) => c.json(await showDeviceRequest(contextOf(c), c.req.valid('query').userCode), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/auth/device/decide',
      tags,
      summary: 'Approve a device for the current organization, or refuse it',
      middleware: [asPerson],
      request: { body: body(DeviceDecision) },
      responses: { 204: { description: 'Decided' }, ...problems },
    }),
    async (c) => {
      const { userCode, approve } = c.req.valid('json')
      await decideDevice(contextOf(c), userCode, approve)
      return c.body(null, 204)
    },
  )

export const deviceRoutes = api().route('/', oauthRoutes).route('/', decisionRoutes)
