import { createRoute, z } from '@hono/zod-openapi'
import { can } from '../../http/access.ts'
import { api, contextOf, problems } from '../../http/api.ts'
import { AppError } from '../../platform/errors.ts'
import { StreamEvents } from './contract.ts'
import { streamEvents } from './stream.ts'

const LastEventId = z.coerce.number().int().nonnegative()

export const activityRoutes = api().openapi(
  createRoute({
    method: 'get',
    path: '/activity/events',
    tags: ['activity'],
    summary: 'Follow the sequence live, as Server-Sent Events',
    description:
      'Each event is as in the list, and has its sequence number as id. `Last-Event-ID` (or `after`) resumes behind it.',
    middleware: can('activity.read'),
    request: { query: StreamEvents },
    responses: {
      200: { description: 'The stream', content: { 'text/event-stream': { schema: z.string() } } },
      ...problems,
    },
  }),
  async (c) => {
    const { after, ...filter } = c.req.valid('query')
    const header = c.req.header('last-event-id')
    const resumed = header === undefined ? undefined : LastEventId.safeParse(header)
    if (resumed && !resumed.success)
      throw new AppError('invalid', 'Last-Event-ID is a sequence number.', {
        errors: [{ path: 'Last-Event-ID', message: 'not a sequence number' }],
      })
    // A browser that reconnects by itself sends both: what it saw last is newer than what it once began with.
    const stream = await streamEvents(contextOf(c), filter, resumed?.data ?? after)
    return c.newResponse(stream, 200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    })
  },
)
