import type { PackageManifest } from '../../../../cbpkg/contract.ts'
import { readEntry } from '../../../../cbpkg/entry.ts'
import { contentSize } from '../../../../cbpkg/manifest.ts'
import { openUnlocked } from '../../../../cbpkg/read.ts'
import { startBytesMax, type UnlockedPackage, unlockPackage } from '../../../../cbpkg/unlock.ts'
import { faultOf } from './fault-of.ts'
import type { Answer, Question } from './messages.ts'
import { bytesOf, piecesOf } from './pieces.ts'

interface Held {
  file: Blob
  unlocked: UnlockedPackage
  manifest: PackageManifest
}

/** Holds one package open, and its keys; they never leave it. `tell` takes the answers. */
export const packageHost = (tell: (answer: Answer) => void): ((question: Question) => Promise<void>) => {
  let held: Held | null = null
  const answerOf = async (question: Question): Promise<Answer> => {
    const { id } = question
    const progress = (share: number) => tell({ id, kind: 'progress', share })
    if (question.kind === 'open') {
      held = await open(question.file, question.passphrase, progress)
      return { id, kind: 'opened', header: held.unlocked.header, manifest: held.manifest }
    }
    if (!held) throw new Error('No package is open.')
    if (question.kind === 'verify') {
      await verify(held, progress)
      return { id, kind: 'verified' }
    }
    const { file, unlocked, manifest } = held
    const bytes = await readEntry(unlocked, manifest, question.index, (from, to) => bytesOf(file, from, to))
    return { id, kind: 'content', bytes }
  }
  return async (question) => {
    try {
      tell(await answerOf(question))
    } catch (error) {
      tell({ id: question.id, kind: 'refused', fault: faultOf(error) })
    }
  }
}

const open = async (file: Blob, passphrase: string, progress: (share: number) => void): Promise<Held> => {
  const start = await bytesOf(file, 0, startBytesMax)
  const unlocked = await unlockPackage(start, passphrase, { progress })
  const { manifest, close } = await openUnlocked(piecesOf(file), unlocked)
  await close()
  return { file, unlocked, manifest }
}

const verify = async ({ file, unlocked, manifest }: Held, progress: (share: number) => void): Promise<void> => {
  const whole = Math.max(1, contentSize(manifest))
  const { entries } = await openUnlocked(piecesOf(file), unlocked)
  let read = 0
  let told = 0
  for await (const { content } of entries())
    for await (const piece of content) {
      read += piece.length
      if (read / whole < told + 0.01) continue
      told = read / whole
      progress(told)
    }
}
