import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { parseArgs } from 'node:util'
import { z } from 'zod'

/**
 * An OpenAI-compatible model that does what it is told, so that real agents run without a key. The newest message of the
 * user decides: `EXEC:<command>` asks for that command, `TOOL:<name> <json>` for any tool, `SLOW` talks for half a
 * minute, `FAIL` is refused as a bad request, anything else is answered with a sentence. After a tool's result it repeats that result and stops.
 */
const Content = z.union([z.string(), z.array(z.object({ text: z.string().optional() })), z.null()]).optional()
const Chat = z.object({
  model: z.string().default('stub-1'),
  messages: z.array(z.object({ role: z.string(), content: Content })),
  /** What the agent may call. */
  tools: z.array(z.object({ function: z.object({ name: z.string() }) })).optional(),
})
type Chat = z.infer<typeof Chat>

const textOf = (content: z.infer<typeof Content>): string =>
  typeof content === 'string' ? content : (content ?? []).map((part) => part.text ?? '').join('\n')

// OpenClaw adds a message of its own behind the user's; it must not be taken for one.
const internalMark = '<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>'

type Reply =
  | { kind: 'text'; pieces: string[]; everyMs: number }
  | { kind: 'tool'; name: string; arguments: Record<string, unknown> }
  | { kind: 'refusal' }

export function replyTo({ messages }: Chat): Reply {
  const asked = messages.findLastIndex(
    ({ role, content }) => role === 'user' && !textOf(content).startsWith(internalMark),
  )
  const result = messages.slice(asked + 1).findLast(({ role }) => role === 'tool')
  if (result) return { kind: 'text', pieces: [`TOOLRESULT<<${textOf(result.content).slice(0, 400)}>>`], everyMs: 0 }
  const text = textOf(messages[asked]?.content)
  const command = /EXEC:(.+)/.exec(text)?.[1]
  if (command) return { kind: 'tool', name: 'exec', arguments: { command: command.trim() } }
  const tool = /TOOL:(\S+) (\{.*\})/.exec(text)
  if (tool?.[1] && tool[2]) {
    return { kind: 'tool', name: tool[1], arguments: z.record(z.string(), z.unknown()).parse(JSON.parse(tool[2])) }
  }
  if (/FAIL/.test(text)) return { kind: 'refusal' }
  if (/SLOW/.test(text)) {
    return { kind: 'text', pieces: Array.from({ length: 60 }, (_, index) => `piece ${index} `), everyMs: 500 }
  }
  return { kind: 'text', pieces: ['The stub ', 'model ', 'answers.'], everyMs: 0 }
}

export type StubModel = { url: string; requests: Chat[]; close: () => Promise<void> }

/** Starts the model on loopback; `requests` holds what it was asked. */
export async function startStubModel(port = 0): Promise<StubModel> {
  const requests: Chat[] = []
  const server: Server = createServer((request, response) => {
    void answer(request, response, requests).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const address = server.address()
  const actual = typeof address === 'object' && address ? address.port : port
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url: `http://127.0.0.1:${actual}/v1`, requests, close }
}

async function answer(request: IncomingMessage, response: ServerResponse, requests: Chat[]): Promise<void> {
  if (request.url?.endsWith('/models')) {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ object: 'list', data: [{ id: 'stub-1', object: 'model' }] }))
    return
  }
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  const chat = Chat.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')))
  requests.push(chat)
  const number = requests.length
  const reply = replyTo(chat)
  if (reply.kind === 'refusal') {
    response.writeHead(400, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ error: { message: 'refused as asked', type: 'invalid_request_error' } }))
    return
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const chunk = (body: object) => {
    const base = { id: `chatcmpl-${number}`, object: 'chat.completion.chunk', created: 1, model: chat.model }
    response.write(`data: ${JSON.stringify({ ...base, ...body })}\n\n`)
  }
  const delta = (delta: object, finish: string | null = null) =>
    chunk({ choices: [{ index: 0, delta, finish_reason: finish }] })

  delta({ role: 'assistant', content: '' })
  if (reply.kind === 'tool') {
    const call = { name: reply.name, arguments: JSON.stringify(reply.arguments) }
    delta({ tool_calls: [{ index: 0, id: `call_${number}`, type: 'function', function: call }] })
    delta({}, 'tool_calls')
  } else {
    for (const content of reply.pieces) {
      if (response.destroyed) return
      delta({ content })
      if (reply.everyMs > 0) await new Promise((resolve) => setTimeout(resolve, reply.everyMs))
    }
    delta({}, 'stop')
  }
  const prompt = 1_000 + number
  chunk({
    choices: [],
    usage: {
      prompt_tokens: prompt,
      completion_tokens: 50,
      total_tokens: prompt + 50,
      prompt_tokens_details: { cached_tokens: 200 },
    },
  })
  response.end('data: [DONE]\n\n')
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '19099' } } })
  const model = await startStubModel(Number(values.port))
  process.stdout.write(`stub model at ${model.url}\n`)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void model.close())
}
