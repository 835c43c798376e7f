import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'

/** A skill is a page of text; what is larger is something else. */
const bytesMax = 1024 * 1024

/** The version that a skill's own file says, and the digest of the file; null for what can not be read. */
export async function readSkillFile(path: string): Promise<{ version: string | null; content: string | null }> {
  const nothing = { version: null, content: null }
  if (basename(path) !== 'SKILL.md') return nothing
  try {
    const facts = await stat(path)
    if (!facts.isFile() || facts.size > bytesMax) return nothing
    const bytes = await readFile(path)
    return { version: versionIn(bytes.toString('utf8')), content: createHash('sha256').update(bytes).digest('hex') }
  } catch {
    return nothing
  }
}

/** In the block at the top, as a plain word: skills are published by hand, and most say none. */
const versionIn = (text: string): string | null => {
  const [, block] = /^\uFEFF?---\r?\n(.*?)\r?\n---/s.exec(text) ?? []
  return /^version:[ \t]*["']?([0-9A-Za-z][0-9A-Za-z.+_-]{0,99})["']?[ \t]*\r?$/m.exec(block ?? '')?.[1] ?? null
}
