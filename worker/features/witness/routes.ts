import { createRoute, z } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { addCheckpointBytesMax } from '../../../tlog/witness/add-checkpoint.ts'
import { can } from '../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../http/api.ts'
import { Id } from '../../platform/contract.ts'
import { AppError } from '../../platform/errors.ts'
import { OwnWitness, TrustLog, WitnessedLog } from './contract.ts'
import { addCheckpoint, publicKeyOf, witnessedCheckpoint } from './cosign.ts'
import { changeLogKeys, removeLog, showOwnWitness, trustLog } from './logs.ts'

const tags = ['audit']
const write = can('witnesses.write')
const params = z.object({ id: Id('wlg') })
const text = { 'content-type': 'text/plain; charset=utf-8' }

const limit = bodyLimit({
  maxSize: addCheckpointBytesMax,
  onError: () => {
    throw new AppError('too_large', `A body may have ${addCheckpointBytesMax} bytes.`)
  },
})

/**
 * Below `/api/v1`, before `authenticate`: logs of others have no account here, their signature is what counts. Not in the
 * OpenAPI document: C2SP tlog-witness describes it, and it speaks no JSON.
 */
export const publicWitnessRoutes = api()
  .post('/witness/:organizationId/add-checkpoint', limit, async (c) => {
    const submitted = new Uint8Array(await c.req.arrayBuffer())
    const answer = await addCheckpoint(c.get('request'), c.req.param('organizationId'), submitted)
    return c.body(answer.body, answer.status, { 'content-type': answer.type })
  })
  .get('/witness/:organizationId/vkey', async (c) =>
    c.text(await publicKeyOf(c.get('request'), c.req.param('organizationId')), 200, text),
  )
  .get('/witness/:organizationId/:originHash/checkpoint', async (c) => {
    const { organizationId, originHash } = c.req.param()
    return c.text(await witnessedCheckpoint(c.get('request'), organizationId, originHash), 200, text)
  })

/** Below `/api/v1`. */
export const witnessRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/audit/witness',
      tags,
      summary: 'The organization as a witness: its address, its key, and whose logs it cosigns',
      middleware: can('audit.read'),
      responses: { 200: json(OwnWitness, 'The first one who asks makes the key'), ...problems },
    }),
    async (c) => c.json(await showOwnWitness(contextOf(c)), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/audit/witness/logs',
      tags,
      summary: 'Cosign the log of somebody else',
      middleware: write,
      request: { body: body(TrustLog) },
      responses: { 201: json(WitnessedLog, 'Trusted'), ...problems },
    }),
    async (c) => c.json(await trustLog(contextOf(c), c.req.valid('json')), 201),
  )
  .openapi(
    createRoute({
      method: 'put',
      path: '/audit/witness/logs/{id}',
      tags,
      summary: 'Trust other keys of a log, as after a rotation',
      middleware: write,
      request: { params, body: body(TrustLog) },
      responses: { 200: json(WitnessedLog, 'The log as it is now'), ...problems },
    }),
    async (c) => c.json(await changeLogKeys(contextOf(c), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({
      method: 'delete',
      path: '/audit/witness/logs/{id}',
      tags,
      summary: 'Cosign a log no more; what was cosigned of it is remembered',
      middleware: write,
      request: { params },
      responses: { 204: { description: 'Removed' }, ...problems },
    }),
    async (c) => {
      await removeLog(contextOf(c), c.req.valid('param').id)
      return c.body(null, 204)
    },
  )
