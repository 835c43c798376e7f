import { createHash } from 'node:crypto'
import type { CronDesk } from './cron-desk.ts'
import { Refusal } from './protocol.ts'
import type { WorkspaceDesk } from './workspace.ts'

export type Desks = { files: FileDesk; cron: CronDesk; workspace: WorkspaceDesk }

const fileNames = ['AGENTS.md', 'SOUL.md', 'USER.md', 'BOOTSTRAP.md', 'MEMORY.md']

/** The files of all agents: five names, no folders, and a hash that a write may insist on. */
export class FileDesk {
  readonly #files = new Map<string, { content: string; updatedAtMs: number }>()

  /** As somebody on the machine writes it. */
  write(agentId: string, name: string, content: string): void {
    this.#files.set(`${agentId}/${name}`, { content, updatedAtMs: Date.now() })
  }

  list(agentId: string, workspace: string) {
    return { agentId, workspace, files: fileNames.map((name) => this.#facts(agentId, workspace, name, false)) }
  }

  get(agentId: string, workspace: string, name: string) {
    this.#mustKeep(name)
    return { agentId, workspace, file: this.#facts(agentId, workspace, name, true) }
  }

  set(agentId: string, workspace: string, name: string, content: string, expectedHash: string | undefined) {
    this.#mustKeep(name)
    const held = this.#files.get(`${agentId}/${name}`)
    const currentHash = held && digest(held.content)
    if (expectedHash !== undefined && expectedHash !== currentHash) {
      const details = { type: 'agent_file_conflict', name, ...(currentHash ? { currentHash } : {}) }
      throw new Refusal('INVALID_REQUEST', `agent file "${name}" changed since it was read`, details)
    }
    this.write(agentId, name, content)
    return { ok: true, ...this.get(agentId, workspace, name) }
  }

  #facts(agentId: string, workspace: string, name: string, whole: boolean) {
    const held = this.#files.get(`${agentId}/${name}`)
    const path = `${workspace}/${name}`
    if (!held) return { name, path, missing: true, expectedAbsent: name !== 'AGENTS.md' && name !== 'BOOTSTRAP.md' }
    const { content, updatedAtMs } = held
    const size = Buffer.byteLength(content)
    return { name, path, missing: false, size, updatedAtMs, ...(whole ? { hash: digest(content), content } : {}) }
  }

  #mustKeep(name: string): void {
    if (!fileNames.includes(name)) throw new Refusal('INVALID_REQUEST', `unsupported file "${name}"`)
  }
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')
