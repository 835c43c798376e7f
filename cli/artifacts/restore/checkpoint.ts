import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { z } from 'zod'
import type { PackageLock } from '../../../cbpkg/key.ts'
import { BeginUpload } from '../../../worker/features/artifacts/contract.ts'
import type { GatewaySession } from '../../gateway/session.ts'
import { readJsonFile, writePrivateFile } from '../../profile/private-file.ts'
import { collect } from '../collect/collect.ts'
import { packInto } from '../write-file.ts'

const Note = BeginUpload.pick({ header: true, manifest: true })

/** Packs all that is there. Beside it stands what may be known of it without its passphrase, for who stores it. */
export async function makeCheckpoint(session: GatewaySession, path: string, lock: string | PackageLock): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const whole = await collect(session, 'backup', { sections: null, agents: null })
  const { header, manifest } = await packInto(path, whole, lock)
  await writePrivateFile(noteOf(path), JSON.stringify({ header, manifest }))
}

/** Null where the checkpoint was made by a version that left none. */
export const noteOfCheckpoint = (path: string): Promise<z.infer<typeof Note> | null> => readJsonFile(noteOf(path), Note)

const noteOf = (path: string): string => path.replace(/\.cbpkg$/, '.json')
