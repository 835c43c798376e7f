import { globalSections, type PackageSection } from '../../../cbpkg/contract.ts'
import type { Tree } from '../../plugin/merge-patch.ts'

export { globalSections }
export type GlobalSection = (typeof globalSections)[number]

/** Sections of an agent that are part of the gateway's configuration; the files of its workspace stand beside it. */
export const agentSections = ['identity', 'model', 'tools', 'skills', 'agent_channels', 'runtime'] as const
export type AgentSection = (typeof agentSections)[number]

export type ContentSection = PackageSection

export interface AgentContent {
  sections: Partial<Record<AgentSection, Tree>>
}

/** All that a package says of a gateway, without the files of the workspaces. */
export interface Content {
  global: Partial<Record<GlobalSection, Tree>>
  agents: Map<string, AgentContent>
}

/** What of a gateway is not in its configuration file: its rules of approval and its jobs, in our form. */
export interface Beside {
  approvalRules: Tree
  jobs: Tree
}
