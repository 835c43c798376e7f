import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../http/api.ts'
import { tagOf, versionSeen } from '../../http/if-match.ts'
import { Id, Page } from '../../platform/contract.ts'
import { addRule, changeRule, orderRules, putRules, removeRule } from './change.ts'
import { checkCondition } from './condition/check.ts'
import { CheckCondition, ConditionCheck } from './condition/contract.ts'
import {
  AddRule,
  ChangeRule,
  ImportedRules,
  ImportRules,
  ListRuleVersions,
  OrderRules,
  PutRules,
  RuleSet,
  RuleSetVersion,
  RulesFile,
  SavedRules,
  StarterSet,
} from './contract.ts'
import { exportRules, importRules } from './file.ts'
import { getRules, getVersion, listVersions } from './list.ts'
import { ReplayRules, TestedRules, TestRules } from './replay/contract.ts'
import { replayRules } from './replay/replay.ts'
import { testRules } from './replay/test.ts'
import { starters } from './starters.ts'

const tags = ['rules']
const params = z.object({ id: Id('rul') })
const read = can('rules.read')
const write = can('rules.write')
const saved = { 200: json(SavedRules, 'The rules as they are now; ETag is their version'), ...problems }
const conditional =
  'Needs `If-Match` with the version that the change is made to; without it 428, with another one 412 and both lists.'

const readRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/approvals/rules',
      tags,
      summary: 'The rules in force; ETag is their version',
      middleware: read,
      responses: { 200: json(RuleSet, 'The rules'), ...problems },
    }),
    async (c) => {
      const rules = await getRules(contextOf(c))
      c.header('etag', tagOf(rules.version))
      return c.json(rules, 200)
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/approvals/rules/versions',
      tags,
      summary: 'Every version of the rules, the newest first',
      middleware: read,
      request: { query: ListRuleVersions },
      responses: { 200: json(Page(RuleSetVersion), 'A page of versions'), ...problems },
    }),
    async (c) => c.json(await listVersions(contextOf(c), c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/approvals/rules/versions/{version}',
      tags,
      summary: 'One version of the rules',
      middleware: read,
      request: { params: z.object({ version: z.coerce.number().int().positive().max(1e9) }) },
      responses: { 200: json(RuleSet, 'The rules as they were'), ...problems },
    }),
    async (c) => c.json(await getVersion(contextOf(c), c.req.valid('param').version), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/approvals/rules/export',
      tags,
      summary: 'The rules as a file for review, clawbutler.rules/1',
      middleware: read,
      responses: { 200: { description: 'The file', content: { 'text/json': { schema: RulesFile } } }, ...problems },
    }),
    async (c) =>
      c.newResponse(await exportRules(contextOf(c)), 200, {
        'content-type': 'text/json; charset=utf-8',
        'content-disposition': 'attachment; filename="clawbutler-rules.json"',
      }),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/approvals/rules/starters',
      tags,
      summary: 'Rule sets to begin with',
      middleware: read,
      responses: { 200: json(z.object({ items: z.array(StarterSet) }), 'Starter sets'), ...problems },
    }),
    (c) => c.json({ items: [...starters] }, 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/approvals/rules/check',
      tags,
      summary: 'Check a condition while it is written',
      middleware: read,
      request: { body: body(CheckCondition) },
      responses: { 200: json(ConditionCheck, 'What is wrong with it, and where'), ...problems },
    }),
    (c) => c.json(checkCondition(c.req.valid('json').condition).check, 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/approvals/rules/test',
      tags,
      summary: 'Try the rules, or a draft, on one request',
      middleware: read,
      request: { body: body(TestRules) },
      responses: { 200: json(TestedRules, 'What each rule says, and the verdict'), ...problems },
    }),
    async (c) => c.json(await testRules(contextOf(c), c.req.valid('json')), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/approvals/rules/replay',
      tags,
      summary: 'Run the rules, or a draft, over recorded requests, as Server-Sent Events',
      description: 'Events: `progress` (ReplayProgress), at the end `result` (ReplayResult); `problem` for a fault.',
      middleware: read,
      request: { body: body(ReplayRules) },
      responses: {
        200: { description: 'The stream', content: { 'text/event-stream': { schema: z.string() } } },
        ...problems,
      },
    }),
    async (c) =>
      c.newResponse(await replayRules(contextOf(c), c.req.valid('json')), 200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store, no-transform',
        'x-accel-buffering': 'no',
      }),
  )

const writeRoutes = api()
  .openapi(
    createRoute({
      method: 'put',
      path: '/approvals/rules',
      tags,
      summary: 'Replace the whole list',
      description: conditional,
      middleware: write,
      request: { body: body(PutRules) },
      responses: saved,
    }),
    async (c) => {
      const rules = await putRules(
        contextOf(c),
        versionSeen(c.req.header('if-match'), 'the rules'),
        c.req.valid('json'),
      )
      c.header('etag', tagOf(rules.version))
      return c.json(rules, 200)
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/approvals/rules',
      tags,
      summary: 'Add one rule',
      description: conditional,
      middleware: write,
      request: { body: body(AddRule) },
      responses: { 201: json(SavedRules, 'The rules as they are now'), ...problems },
    }),
    async (c) => {
      const rules = await addRule(contextOf(c), versionSeen(c.req.header('if-match'), 'the rules'), c.req.valid('json'))
      c.header('etag', tagOf(rules.version))
      return c.json(rules, 201)
    },
  )
  .openapi(
    createRoute({
      method: 'put',
      path: '/approvals/rules/order',
      tags,
      summary: 'Put the rules in another order',
      description: conditional,
      middleware: write,
      request: { body: body(OrderRules) },
      responses: saved,
    }),
    async (c) => {
      const rules = await orderRules(
        contextOf(c),
        versionSeen(c.req.header('if-match'), 'the rules'),
        c.req.valid('json'),
      )
      c.header('etag', tagOf(rules.version))
      return c.json(rules, 200)
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/approvals/rules/import',
      tags,
      summary: 'Replace the list by a file, or with dryRun tell what that would change',
      description: `${conditional} A dry run needs none.`,
      middleware: write,
      request: { body: body(ImportRules) },
      responses: { 200: json(ImportedRules, 'What changed'), ...problems },
    }),
    async (c) => {
      const seen = () => versionSeen(c.req.header('if-match'), 'the rules')
      const imported = await importRules(contextOf(c), seen, c.req.valid('json'))
      c.header('etag', tagOf(imported.version))
      return c.json(imported, 200)
    },
  )
  .openapi(
    createRoute({
      method: 'patch',
      path: '/approvals/rules/{id}',
      tags,
      summary: 'Change one rule',
      description: conditional,
      middleware: write,
      request: { params, body: body(ChangeRule) },
      responses: saved,
    }),
    async (c) => {
      const seen = versionSeen(c.req.header('if-match'), 'the rules')
      const rules = await changeRule(contextOf(c), seen, c.req.valid('param').id, c.req.valid('json'))
      c.header('etag', tagOf(rules.version))
      return c.json(rules, 200)
    },
  )
  .openapi(
    createRoute({
      method: 'delete',
      path: '/approvals/rules/{id}',
      tags,
      summary: 'Remove one rule',
      description: conditional,
      middleware: write,
      request: { params, query: z.strictObject({ note: z.string().trim().max(500).default('') }) },
      responses: saved,
    }),
    async (c) => {
      const seen = versionSeen(c.req.header('if-match'), 'the rules')
      const rules = await removeRule(contextOf(c), seen, c.req.valid('param').id, c.req.valid('query').note)
      c.header('etag', tagOf(rules.version))
      return c.json(rules, 200)
    },
  )

/** Below `/api/v1`; before the routes of approvals, whose ids would take these paths. */
export const ruleRoutes = api().route('/', readRoutes).route('/', writeRoutes)
