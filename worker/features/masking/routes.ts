import { createRoute } from '@hono/zod-openapi'
import { can } from '../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../http/api.ts'
import { tagOf, versionSeen } from '../../http/if-match.ts'
import { MaskingPolicy, PutMasking, TestedMasking, TestMasking } from './contract.ts'
import { getMasking, putMasking } from './policy.ts'
import { testMasking } from './test.ts'

const tags = ['audit']
const path = '/audit/masking'

export const maskingRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path,
      tags,
      summary: 'What is masked before it is stored; ETag is the version',
      middleware: can('audit.read'),
      responses: { 200: json(MaskingPolicy, 'The policy'), ...problems },
    }),
    async (c) => {
      const policy = await getMasking(contextOf(c))
      c.header('etag', tagOf(policy.version))
      return c.json(policy, 200)
    },
  )
  .openapi(
    createRoute({
      method: 'put',
      path,
      tags,
      summary: 'Change what is masked from now on',
      description:
        'Needs `If-Match` with the version that the change is made to; without it 428, with another one 412 and the present policy.',
      middleware: can('masking.write'),
      request: { body: body(PutMasking) },
      responses: { 200: json(MaskingPolicy, 'The policy as it is now'), ...problems },
    }),
    async (c) => {
      const policy = await putMasking(
        contextOf(c),
        versionSeen(c.req.header('if-match'), 'the policy'),
        c.req.valid('json'),
      )
      c.header('etag', tagOf(policy.version))
      return c.json(policy, 200)
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: `${path}/test`,
      tags,
      summary: 'Try the policy, or a draft, on a text or a payload',
      description: 'Tells the pseudonyms of what it is given: whoever may ask could find out whose a pseudonym is.',
      middleware: can('masking.write'),
      request: { body: body(TestMasking) },
      responses: { 200: json(TestedMasking, 'What would be masked'), ...problems },
    }),
    async (c) => c.json(await testMasking(contextOf(c), c.req.valid('json')), 200),
  )
