import type { RequestContext } from '../../platform/context.ts'

/** Sends what is due after the answer went out. */
export const sendSoon = (ctx: RequestContext): void => {
  if (ctx.config.mail.smtpUrl) ctx.waitUntil(sendDueMails(ctx))
}

export const sendDueMails = async (_ctx: RequestContext): Promise<void> => {}
