import type { restoreModes } from '../../../../worker/features/artifacts/restores/contract.ts'

export type Mode = (typeof restoreModes)[number]

export interface Chosen {
  /** The stored package, or null for a file on the machine. */
  artifactId: string | null
  file: string
  connectorId: string
  mode: Mode
  /** Empty: all of them. */
  sections: readonly string[]
  agents: readonly string[]
}

/** As a POSIX shell takes it back as one word. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`

/** What somebody runs on the machine of the gateway, line by line: fetch it, look at what it would do, do it. */
export const commandsFor = ({ artifactId, file, connectorId, mode, sections, agents }: Chosen): string[] => {
  const path = quoted(artifactId ? `${artifactId}.cbpkg` : file)
  const scope = [
    `--mode ${mode}`,
    ...(sections.length > 0 ? [`--sections ${quoted(sections.join(','))}`] : []),
    ...(agents.length > 0 ? [`--agents ${quoted(agents.join(','))}`] : []),
  ].join(' ')
  const artifact = 'npx clawbutler connector artifact'
  return [
    ...(artifactId ? [`${artifact} pull ${artifactId} --out ${path}`] : []),
    `${artifact} preview ${path} ${scope}`,
    `${artifact} import ${path} ${scope} --connector ${connectorId} --wait 3600`,
  ]
}
