import type { OpenAPIHono } from '@hono/zod-openapi'
import { type Demand, demandOf } from './access.ts'
import type { AppEnv } from './app-env.ts'
import { accessCookie } from './cookies.ts'

interface Options {
  /** Whether a write at this path takes an `Idempotency-Key`. */
  takesKey: (path: string) => boolean
}

/** The OpenAPI document of what the app answers, each operation with whom it lets through, and by which capability. */
export const documentOf = (app: OpenAPIHono<AppEnv>, { takesKey }: Options) => {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'ClawButler',
      version: '1',
      description: 'The governance plane for AI agents.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: '/' }],
  })
  const demands = demandsOf(app)
  const paths = Object.entries<object>(document.paths ?? {}).map(([path, item]) => {
    const described = Object.entries<Operation>({ ...item }).map(([method, operation]) => [
      method,
      {
        operationId: operationIdOf(method, path),
        ...operation,
        security: securityOf(demands.get(`${method} ${path}`)),
        ...(writes.has(method) && takesKey(path) && { parameters: [...(operation.parameters ?? []), idempotencyKey] }),
      },
    ])
    return [path, Object.fromEntries(described)]
  })
  return withPlainPatterns({
    ...document,
    components: { ...document.components, securitySchemes },
    paths: Object.fromEntries(paths),
  })
}

interface Operation {
  parameters?: object[]
}
const writes = new Set(['post', 'put', 'patch', 'delete'])

const demandsOf = (app: OpenAPIHono<AppEnv>): ReadonlyMap<string, Demand> => {
  const demands = new Map<string, Demand>()
  for (const { method, path, handler } of app.routes) {
    const demand = demandOf(handler)
    const documented = path.replaceAll(/:(\w+)/g, '{$1}')
    if (demand) demands.set(`${method.toLowerCase()} ${documented}`, demand)
  }
  return demands
}

/** `PATCH /api/v1/agents/{id}/cron/{jobId}` is `patch-agents-id-cron-jobId`. */
const operationIdOf = (method: string, path: string): string =>
  [method, ...path.replace('/api/v1', '').split('/').filter(Boolean)].join('-').replaceAll(/[{}]/g, '')

const securitySchemes = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description:
      'The access token of a sign-in, or an API key. The names beside it are the capabilities that are needed.',
  },
  cookie: { type: 'apiKey', in: 'cookie', name: accessCookie, description: 'The same, kept by a browser.' },
  csrf: { type: 'apiKey', in: 'header', name: 'X-CSRF-Token', description: 'With the cookie, for writes: `cb_csrf`.' },
  connector: { type: 'http', scheme: 'bearer', description: 'The token of a connector.' },
} as const

const securityOf = (demand: Demand | undefined): Record<string, string[]>[] => {
  if (!demand) return []
  const { of, capabilities } = demand
  if (of === 'connector') return [{ connector: [] }]
  return [{ bearer: capabilities }, { cookie: capabilities, csrf: [] }]
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  schema: { type: 'string', minLength: 1, maxLength: 255 },
  description:
    'Sent again within a day with the same key, the request is not done again but answered as the first time, with `Idempotency-Replayed: true`. 422 `idempotency_conflict` when the key was used for another request; 409 `conflict` while the first one runs.',
}

/** JSON Schema knows no flags: the generator leaves `/u` behind the expression, and all expressions are read so. */
const withPlainPatterns = <T>(document: T): T =>
  JSON.parse(JSON.stringify(document), (key: string, value: unknown) =>
    key === 'pattern' && typeof value === 'string' ? value.replace(/(?<!\\)\/u$/, '') : value,
  )
