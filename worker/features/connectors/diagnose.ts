import { connectorSession } from '../../../durable-objects/connector-session/stub.ts'
import type { OrganizationContext } from '../../platform/context.ts'
import { AppError } from '../../platform/errors.ts'
import { logFault } from '../../platform/log.ts'
import type { Diagnostics } from './contract.ts'
import { getConnector } from './store.ts'

/** Lets the connector check itself, its gateway and the way to us. Throws `unavailable` when it does not answer. */
export const diagnoseConnector = async (ctx: OrganizationContext, id: string): Promise<Diagnostics> => {
  const { state } = await getConnector(ctx, id)
  const steps = state === 'online' ? await connectorSession(ctx.env, id).diagnose() : null
  if (!steps) throw noAnswer(state)
  return { ranAt: ctx.now().toISOString(), steps }
}

/**
 * The same as Server-Sent Events: `step` for each step as it ends, at the end `result` with all of them (an older
 * connector tells them only there), or `problem`. Throws before the stream begins for a connector that is not there.
 */
export const streamDiagnostics = async (ctx: OrganizationContext, id: string): Promise<ReadableStream<Uint8Array>> => {
  const { state } = await getConnector(ctx, id)
  if (state !== 'online') throw noAnswer(state)
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const writer = writable.getWriter()
  const encoder = new TextEncoder()
  // Whoever left hears nothing more; the connector ends what it began.
  const tell = (event: string, data: object): Promise<void> =>
    writer.write(encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)).catch(() => undefined)
  const work = async () => {
    const ranAt = ctx.now().toISOString()
    const steps = await connectorSession(ctx.env, id).diagnose((step) => tell('step', step))
    if (steps) await tell('result', { ranAt, steps } satisfies Diagnostics)
    else await tell('problem', noAnswer(state).toProblem(ctx.requestId))
    await writer.close().catch(() => undefined)
  }
  ctx.waitUntil(
    work().catch(async (error: unknown) => {
      logFault('connector.diagnose-failed', error, { connectorId: id, requestId: ctx.requestId })
      await writer.abort(error).catch(() => undefined)
    }),
  )
  return readable
}

const noAnswer = (state: string) =>
  new AppError('unavailable', 'The connector does not answer. Run `clawbutler connector doctor` beside it.', {
    context: { state },
  })
