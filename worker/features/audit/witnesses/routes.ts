import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../../http/api.ts'
import { Id } from '../../../platform/contract.ts'
import { addWitness, changePolicy, removeWitness, submitNow, updateWitness } from './change.ts'
import { AddWitness, UpdateWitness, Witness, Witnesses, WitnessPolicy } from './contract.ts'
import { listWitnesses } from './list.ts'

const tags = ['audit']
const write = can('witnesses.write')
const params = z.object({ id: Id('wit') })

/** Who cosigns the log (C2SP tlog-witness). Below `/api/v1`. */
export const witnessesRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/audit/witnesses',
      tags,
      summary: 'Who cosigns the log, and how far each has come',
      middleware: can('audit.read'),
      responses: { 200: json(Witnesses, 'The witnesses, the oldest first'), ...problems },
    }),
    async (c) => c.json(await listWitnesses(contextOf(c)), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/audit/witnesses',
      tags,
      summary: 'Have a witness cosign the log',
      middleware: write,
      request: { body: body(AddWitness) },
      responses: { 201: json(Witness, 'Added'), ...problems },
    }),
    async (c) => c.json(await addWitness(contextOf(c), c.req.valid('json')), 201),
  )
  .openapi(
    createRoute({
      method: 'put',
      path: '/audit/witnesses/policy',
      tags,
      summary: 'How many witnesses have to agree',
      middleware: write,
      request: { body: body(WitnessPolicy) },
      responses: { 200: json(Witnesses, 'The witnesses under the new policy'), ...problems },
    }),
    async (c) => c.json(await changePolicy(contextOf(c), c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({
      method: 'patch',
      path: '/audit/witnesses/{id}',
      tags,
      summary: 'Change a witness; with another key it is another one, and begins anew',
      middleware: write,
      request: { params, body: body(UpdateWitness) },
      responses: { 200: json(Witness, 'The witness as it is now'), ...problems },
    }),
    async (c) => c.json(await updateWitness(contextOf(c), c.req.valid('param').id, c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({
      method: 'delete',
      path: '/audit/witnesses/{id}',
      tags,
      summary: 'Have a witness cosign no more; its cosignatures are dropped',
      middleware: write,
      request: { params },
      responses: { 204: { description: 'Removed' }, ...problems },
    }),
    async (c) => {
      await removeWitness(contextOf(c), c.req.valid('param').id)
      return c.body(null, 204)
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/audit/witnesses/{id}/submit',
      tags,
      summary: 'Submit the newest checkpoint to a witness now',
      description: 'Waits for its answer; what came of it stands in the answer, also when it is no cosignature.',
      middleware: write,
      request: { params },
      responses: { 200: json(Witness, 'The witness as it is now'), ...problems },
    }),
    async (c) => c.json(await submitNow(contextOf(c), c.req.valid('param').id), 200),
  )
