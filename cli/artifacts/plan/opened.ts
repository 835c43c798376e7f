import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { PackageEntry, PackageHeader, PackageManifest } from '../../../cbpkg/contract.ts'
import { type OpenedPackage as Opened, openUnlocked } from '../../../cbpkg/read.ts'
import { unlockPackage } from '../../../cbpkg/unlock.ts'
import { usage } from '../../output/failure.ts'
import type { Tree } from '../../plugin/merge-patch.ts'
import { rightsFile } from '../collect/file-entries.ts'
import { packageFile, packageStart } from '../package-file.ts'
import { marker } from '../redact/marker.ts'
import { type AgentContent, agentSections, type Content, globalSections } from '../sections/content.ts'
import { digestOf, type FileDigest } from '../workspace/digest.ts'
import { type Fill, filled } from './fill.ts'

export interface HeldFile extends FileDigest {
  /** Something in it is to be filled in. */
  isOpen: boolean
}
export interface HeldFiles {
  executable: ReadonlySet<string>
  files: Map<string, HeldFile>
}

/** A package that was read to its end: nothing of it is damaged, and all but the contents of its files is here. */
export interface OpenedPackage {
  header: PackageHeader
  intent: PackageManifest['intent']
  agents: PackageManifest['agents']
  placeholders: PackageManifest['placeholders']
  removed: PackageManifest['removed']
  missing: PackageManifest['missing']
  content: Content
  files: Map<string, HeldFiles>
  /** Opens it once more, with the key that is there already. Throws `changed` when it is another package by now. */
  open: () => Promise<Opened>
}

const Section = z.record(z.string(), z.unknown())
const Rights = z.strictObject({ executable: z.array(z.string()) })
const sectionBytesMax = 16 * 1024 * 1024
/** Texts are kept to be shown; beyond this all of them together are told by their digests. */
const textBytesMax = 1024 * 1024

/** Opens and reads a whole package before anything is done with it. Throws a `PackageError` where it is not to be used. */
export async function readPackage(path: string, passphrase: string, fill: Fill): Promise<OpenedPackage> {
  const unlocked = await unlockPackage(await packageStart(path), passphrase)
  const open = async () => openUnlocked(await packageFile(path), unlocked)
  const { header, manifest, entries } = await open()
  checkFill(fill, manifest)
  const content: Content = { global: {}, agents: new Map<string, AgentContent>() }
  for (const { id } of manifest.agents) content.agents.set(id, { sections: {} })
  const files = new Map<string, HeldFiles & { executable: Set<string> }>()
  let textBytes = 0
  for await (const { entry, content: bytes } of entries()) {
    if (entry.section !== 'workspace_files') {
      put(content, entry, filled(await jsonOf(entry, bytes, Section), entry.path, fill))
      continue
    }
    const agent = entry.agent ?? ''
    const held = files.get(agent) ?? { executable: new Set<string>(), files: new Map<string, HeldFile>() }
    files.set(agent, held)
    const name = entry.path.slice(`agents/${agent}/workspace/`.length)
    if (name === rightsFile) {
      for (const each of (await jsonOf(entry, bytes, Rights)).executable) held.executable.add(each)
      continue
    }
    const given = fill.get(entry.path)
    const found = typeof given === 'string' ? givenFile(given) : await digestOf(bytes, entry.size)
    textBytes += found.text?.length ?? 0
    const isOpen = found.text?.includes(marker) || isToFill(manifest, entry.path, fill)
    held.files.set(name, { ...found, text: textBytes > textBytesMax ? null : found.text, isOpen })
  }
  const { intent, agents, placeholders, removed, missing } = manifest
  return { header, intent, agents, placeholders, removed, missing, content, files, open }
}

const isToFill = ({ placeholders }: PackageManifest, path: string, fill: Fill): boolean =>
  !fill.has(path) && placeholders.some((each) => each.path === path)

/** A file whose whole content somebody gave. */
function givenFile(text: string): FileDigest {
  const bytes = Buffer.from(text)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { size: bytes.length, sha256, text }
}

function checkFill(fill: Fill, { placeholders }: PackageManifest): void {
  const known = new Set(placeholders.map(({ path }) => path))
  const strange = [...fill.keys()].filter((path) => !known.has(path))
  if (strange.length > 0) throw usage(`The package has nothing to fill in at ${strange.slice(0, 5).join(', ')}.`)
}

function put({ global, agents }: Content, { section, agent }: PackageEntry, tree: Tree): void {
  const globalName = globalSections.find((name) => name === section)
  if (globalName) global[globalName] = tree
  const name = agentSections.find((each) => each === section)
  if (agent === null || !name) return
  const held = agents.get(agent) ?? { sections: {} }
  held.sections[name] = tree
  agents.set(agent, held)
}

async function jsonOf<T extends z.ZodType>(
  { path, size }: PackageEntry,
  content: AsyncIterable<Uint8Array>,
  shape: T,
): Promise<z.output<T>> {
  if (size > sectionBytesMax) throw usage(`${path} has ${size} bytes: more than any configuration.`)
  const parts: Uint8Array[] = []
  for await (const part of content) parts.push(Uint8Array.from(part))
  const parsed = parsedJson(Buffer.concat(parts).toString('utf8'))
  const held = shape.safeParse(parsed)
  if (!held.success) throw usage(`${path} of the package is not what a section is made of.`)
  return held.data
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
