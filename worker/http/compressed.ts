const worthIt = /^(text\/(?!event-stream)|application\/(json|problem\+json|javascript|manifest\+json)|image\/svg\+xml)/
const takesGzip = /(^|[\s,])(gzip|\*)\s*(;\s*q=(?!0(\.0*)?\s*(,|$))|,|$)/i

/**
 * The same answer, gzipped by the runtime when the caller takes that and its type gains from it. Only for one machine: in
 * the cloud the edge compresses. Streams of events stay as they are, for a line must not wait in a compressor.
 */
export const compressed = (request: Request, answer: Response): Response => {
  const { headers } = answer
  if (answer.status !== 200 || answer.body === null || headers.has('content-encoding')) return answer
  if (!worthIt.test(headers.get('content-type') ?? '')) return answer
  const varying = new Response(answer.body, answer)
  varying.headers.append('vary', 'accept-encoding')
  if (!takesGzip.test(request.headers.get('accept-encoding') ?? '')) return varying
  varying.headers.delete('content-length')
  varying.headers.set('content-encoding', 'gzip')
  return varying
}

/**
 * Headers by which the runtime gzips bytes that shrink well though their type does not say so, where the caller takes that
 * and does not sit on this machine: no edge compresses those.
 */
export const gzipped = (request: Request): Record<string, string> =>
  takesGzip.test(request.headers.get('accept-encoding') ?? '') && !isFromHere(request)
    ? { 'content-encoding': 'gzip', vary: 'accept-encoding' }
    : { vary: 'accept-encoding' }

/**
 * Whether the caller sits on another machine and reaches us without anyone between: what workerd tells of a connection
 * that no edge stands before. On this machine compressing costs more than it saves, and a proxy does it by itself.
 */
export const isFromElsewhere = ({ cf }: Request): boolean => {
  const address = cf?.clientIp
  return typeof address === 'string' && !local.test(address)
}

const local = /^(127\.|\[::1\]|\[::ffff:127\.|unix)/
const isFromHere = ({ cf }: Request): boolean => typeof cf?.clientIp === 'string' && local.test(cf.clientIp)
