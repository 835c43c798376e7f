import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Simulator, startSimulator } from '../../test/support/gateway-simulator/simulator.ts'

const agents = 50
const filesOfAgent = 20
const fileBytes = 20 * 1024

const ids = Array.from({ length: agents }, (_, at) => `agent-${at}`)

/** A simulated gateway on this machine, with its file and its workspaces below a folder. */
const aGateway = async (folder: string): Promise<Simulator> => {
  const gateway = await startSimulator({ token: 'token-of-the-bench', rosterLagMs: 0 })
  gateway.roster.file = join(folder, 'openclaw.json')
  gateway.roster.token = gateway.token
  mkdirSync(join(folder, 'workspace-main'), { recursive: true })
  gateway.roster.setEntry('main', { workspace: join(folder, 'workspace-main') })
  return gateway
}

/** One with 50 agents, whose workspaces have 20 MB of files. */
export const aUsedGateway = async (folder: string): Promise<Simulator> => {
  const gateway = await aGateway(folder)
  for (const id of ids) {
    const workspace = join(folder, `workspace-${id}`)
    mkdirSync(workspace)
    for (let at = 0; at < filesOfAgent; at += 1)
      writeFileSync(join(workspace, `file-${at}.bin`), randomBytes(fileBytes))
    gateway.roster.create(id, workspace)
    gateway.roster.setEntry(id, { name: id, workspace, tools: { deny: ['browser'] }, skills: ['weather'] })
  }
  return gateway
}

/** The same after everything was wiped: but for `main`, nothing is there. */
export const wiped = async (gateway: Simulator, folder: string): Promise<Simulator> => {
  await gateway.close()
  for (const id of ids) rmSync(join(folder, `workspace-${id}`), { recursive: true, force: true })
  return aGateway(folder)
}
