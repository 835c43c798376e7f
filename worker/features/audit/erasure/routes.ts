import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../../http/api.ts'
import { Seq } from '../log/contract.ts'
import { Erase, ErasedEvent, ErasedSubject, Reveal, Revealed, Subject } from './contract.ts'
import { eraseEvent, eraseSubject } from './erase.ts'
import { revealOriginals } from './reveal.ts'

const tags = ['audit']
const ofEvent = z.object({ seq: Seq })

export const erasureRoutes = api()
  .openapi(
    createRoute({
      method: 'post',
      path: '/audit/subjects/{subject}/erase',
      tags,
      summary: 'Destroy the key of a data subject and every original of it',
      description: 'Cannot be undone. Hashes and proofs of the log stay as they are. Twice is once.',
      middleware: can('audit.erase'),
      request: { params: z.object({ subject: Subject }), body: body(Erase) },
      responses: { 200: json(ErasedSubject, 'What was destroyed'), ...problems },
    }),
    async (c) => {
      const { reason } = c.req.valid('json')
      return c.json(await eraseSubject(contextOf(c), c.req.valid('param').subject, reason), 200)
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/audit/events/{seq}/erase',
      tags,
      summary: 'Destroy what one event said',
      description: 'Cannot be undone. Its leaf, with who, when and which type, stays provable. Twice is once.',
      middleware: can('audit.erase'),
      request: { params: ofEvent, body: body(Erase) },
      responses: { 200: json(ErasedEvent, 'When it was destroyed'), ...problems },
    }),
    async (c) => c.json(await eraseEvent(contextOf(c), c.req.valid('param').seq, c.req.valid('json').reason), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/audit/events/{seq}/reveal',
      tags,
      summary: 'Read what was masked in one event',
      description: 'Only where the policy keeps originals. Each reading is an event.',
      middleware: can('audit.reveal'),
      request: { params: ofEvent, body: body(Reveal) },
      responses: { 200: json(Revealed, 'The originals'), ...problems },
    }),
    async (c) => c.json(await revealOriginals(contextOf(c), c.req.valid('param').seq, c.req.valid('json')), 200),
  )
