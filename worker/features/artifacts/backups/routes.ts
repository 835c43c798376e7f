import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../../http/api.ts'
import { tagOf, versionSeen } from '../../../http/if-match.ts'
import { Id } from '../../../platform/contract.ts'
import { Artifact } from '../contract.ts'
import { BackupSchedule, PutBackupSchedule } from '../schedules/contract.ts'
import { getSchedule, putSchedule } from '../schedules/put.ts'
import { BackupStandings } from './contract.ts'
import { orderBackup } from './order.ts'
import { backupStandings } from './standing.ts'

const tags = ['artifacts']
const params = z.object({ id: Id('con') })
const read = can('artifacts.read')
const write = can('artifacts.write')

export const backupRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/backups',
      tags,
      summary: 'How it stands with the backups of each connector',
      middleware: read,
      request: { query: z.strictObject({ connectorId: Id('con').optional() }) },
      responses: { 200: json(BackupStandings, 'Schedule, last stored, last proven restorable'), ...problems },
    }),
    async (c) => c.json(await backupStandings(contextOf(c), c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/connectors/{id}/backups',
      tags,
      summary: 'Have a connector save its gateway now',
      middleware: write,
      request: { params },
      responses: { 202: json(Artifact, 'What is being made'), ...problems },
    }),
    async (c) => c.json(await orderBackup(contextOf(c), c.req.valid('param').id), 202),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/connectors/{id}/backup-schedule',
      tags,
      summary: 'When a connector saves its gateway, and what is kept; ETag is the version',
      middleware: read,
      request: { params },
      responses: { 200: json(BackupSchedule, 'The schedule'), ...problems },
    }),
    async (c) => {
      const schedule = await getSchedule(contextOf(c), c.req.valid('param').id)
      c.header('etag', tagOf(schedule.version))
      return c.json(schedule, 200)
    },
  )
  .openapi(
    createRoute({
      method: 'put',
      path: '/connectors/{id}/backup-schedule',
      tags,
      summary: 'Say when a connector saves its gateway, and what is kept',
      description:
        'Needs `If-Match` with the version that the change is made to, 0 for the first; without it 428, with another one 412 and the present schedule.',
      middleware: write,
      request: { params, body: body(PutBackupSchedule) },
      responses: { 200: json(BackupSchedule, 'The schedule as it is now'), ...problems },
    }),
    async (c) => {
      const seen = versionSeen(c.req.header('if-match'), 'the schedule')
      const schedule = await putSchedule(contextOf(c), c.req.valid('param').id, seen, c.req.valid('json'))
      c.header('etag', tagOf(schedule.version))
      return c.json(schedule, 200)
    },
  )
