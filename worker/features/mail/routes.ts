import { createRoute } from '@hono/zod-openapi'
import { createMiddleware } from 'hono/factory'
import { api, json, problems } from '../../http/api.ts'
import type { AppEnv } from '../../http/app-env.ts'
import { Page, PageQuery } from '../../platform/contract.ts'
import { AppError, notFound } from '../../platform/errors.ts'
import { sameSecret } from '../../platform/secrets.ts'
import { OutboxMail } from './contract.ts'
import { listOutbox } from './list.ts'

/** Lets the holder of the operator token through; an installation without one has no such path. */
const operator = createMiddleware<AppEnv>(async (c, next) => {
  const { operatorToken } = c.get('request').config
  if (!operatorToken) throw notFound('Path')
  if (!sameSecret(c.req.header('authorization') ?? '', `Bearer ${operatorToken}`))
    throw new AppError('unauthenticated', 'This needs the operator token.')
  await next()
})

/** Below `/api/v1`, before `authenticate`: the operator is nobody's member. */
export const operatorMailRoutes = api().openapi(
  createRoute({
    method: 'get',
    path: '/operator/mail',
    tags: ['operator'],
    summary: 'Mails of this installation, the newest first',
    middleware: [operator],
    request: { query: PageQuery },
    responses: { 200: json(Page(OutboxMail), 'Mails'), ...problems },
  }),
  async (c) => c.json(await listOutbox(c.get('request'), c.req.valid('query')), 200),
)
