import {
  answerBytesMax,
  GatewayAnswer,
  type GatewayQuestion,
} from '../../../worker/features/connectors/link/questions/contract.ts'
import type { GatewaySession } from '../session.ts'
import { previewStop } from '../stops/at-gateway.ts'
import { listCatalog, listChannels, listModels, listTools } from './catalog.ts'
import { lookUpSchema, readConfiguration } from './configuration.ts'
import { listJobs, listRuns } from './cron.ts'
import { listFiles, readFile } from './files.ts'
import { listMemory, readMemory } from './memory/files.ts'
import { searchMemory } from './memory/search.ts'
import { listModelAuth } from './model-auth.ts'
import { TooLarge } from './refused.ts'
import { listSessions, memoryStatus } from './sessions.ts'
import { listSkills } from './skills.ts'

/**
 * Asks the gateway one of the questions of the closed list. The answer fits the contract and one frame, and none of
 * `known`, the secrets of this connector, stands in it. Throws `TooLarge`, and whatever the session throws.
 */
export async function answerQuestion(
  session: GatewaySession,
  question: GatewayQuestion,
  known: readonly string[],
): Promise<GatewayAnswer> {
  const answer = GatewayAnswer.parse(await answerOf(session, question, known))
  const bytes = Buffer.byteLength(JSON.stringify(answer))
  if (bytes > answerBytesMax) throw new TooLarge(`The answer has ${bytes} bytes; ${answerBytesMax} fit.`)
  return answer
}

async function answerOf(
  session: GatewaySession,
  asked: GatewayQuestion,
  known: readonly string[],
): Promise<GatewayAnswer> {
  switch (asked.question) {
    case 'config':
      return { question: 'config', config: await readConfiguration(session, known) }
    case 'config.schema':
      return { question: 'config.schema', node: await lookUpSchema(session, asked.path) }
    case 'tools.catalog':
      return { question: 'tools.catalog', tools: await listCatalog(session, asked.agent) }
    case 'tools.effective': {
      const params = { agentId: asked.agent, sessionKey: asked.sessionKey }
      return { question: 'tools.effective', tools: await listTools(session, 'tools.effective', params) }
    }
    case 'skills':
      return listSkills(session, asked.agent)
    case 'channels':
      return { question: 'channels', channels: await listChannels(session) }
    case 'files.list':
      return listFiles(session, asked.agent)
    case 'files.get':
      return { question: 'files.get', file: await readFile(session, asked.agent, asked.name, known) }
    case 'sessions':
      return listSessions(session, asked.agent, asked.limit)
    case 'models':
      return listModels(session, asked.agent)
    case 'models.auth':
      return listModelAuth(session, asked.agent)
    case 'cron.list':
      return listJobs(session, asked.agent)
    case 'cron.runs':
      return listRuns(session, asked.jobId, asked)
    case 'memory.status':
      return memoryStatus(session, asked.agent)
    case 'memory.search':
      return searchMemory(session, asked.agent, asked.query, known)
    case 'stops.preview':
      return previewStop(session, asked)
    case 'memory.files':
      return listMemory(session, asked.agent)
    case 'memory.file':
      return { question: 'memory.file', file: await readMemory(session, asked.agent, asked.path, known) }
  }
}
