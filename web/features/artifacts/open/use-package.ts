import { useCallback, useEffect, useRef, useState } from 'react'
import type { PackageHeader, PackageManifest } from '../../../../cbpkg/contract.ts'
import { preambleBytesMax, readHeader } from '../../../../cbpkg/header.ts'
import { faultOf } from './fault-of.ts'
import type { Fault } from './messages.ts'
import { faultOfRefusal, type PackageClient, startPackageClient } from './package-client.ts'
import { bytesOf } from './pieces.ts'

/** Whether the contents are whole: told only when all of them have been read. */
export type Check = { state: 'running'; share: number } | { state: 'whole' } | { state: 'refused'; fault: Fault }
export type Opening =
  | { step: 'choose'; fault: Fault | null; name: string | null }
  | { step: 'locked'; file: File; header: PackageHeader; fault: Fault | null }
  | { step: 'unlocking'; file: File; header: PackageHeader; share: number }
  | { step: 'open'; file: File; header: PackageHeader; manifest: PackageManifest; check: Check }

/** A package that somebody chooses, unlocks and looks into. Leaving the page forgets file and keys. */
export const usePackage = () => {
  const [opening, setOpening] = useState<Opening>({ step: 'choose', fault: null, name: null })
  const client = useRef<PackageClient | null>(null)
  const forget = useCallback(() => {
    client.current?.close()
    client.current = null
  }, [])
  useEffect(() => forget, [forget])

  const choose = async (file: File) => {
    forget()
    try {
      const { header } = readHeader(await bytesOf(file, 0, preambleBytesMax))
      setOpening({ step: 'locked', file, header, fault: null })
    } catch (error) {
      setOpening({ step: 'choose', fault: faultOf(error), name: file.name })
    }
  }
  const unlock = async (file: File, header: PackageHeader, passphrase: string) => {
    forget()
    const started = startPackageClient()
    client.current = started
    // What a worker says that is not ours any more is not heard.
    const show = (next: Opening) => client.current === started && setOpening(next)
    show({ step: 'unlocking', file, header, share: 0 })
    try {
      const progress = (share: number) => show({ step: 'unlocking', file, header, share })
      const answer = await started.ask({ kind: 'open', file, passphrase }, progress)
      if (answer.kind !== 'opened') return
      const open = { step: 'open', file, header: answer.header, manifest: answer.manifest } as const
      show({ ...open, check: { state: 'running', share: 0 } })
      await started
        .ask({ kind: 'verify' }, (share) => show({ ...open, check: { state: 'running', share } }))
        .then(() => show({ ...open, check: { state: 'whole' } }))
        .catch((error) => show({ ...open, check: { state: 'refused', fault: faultOfRefusal(error) } }))
    } catch (error) {
      show({ step: 'locked', file, header, fault: faultOfRefusal(error) })
    }
  }
  /** The content of one entry. Rejects with a `Refusal`. */
  const read = useCallback(async (index: number): Promise<Uint8Array<ArrayBuffer>> => {
    const answer = await client.current?.ask({ kind: 'read', index })
    if (answer?.kind !== 'content') throw new Error('No package is open.')
    return answer.bytes
  }, [])
  const reset = () => {
    forget()
    setOpening({ step: 'choose', fault: null, name: null })
  }
  return { opening, choose, unlock, read, reset }
}
