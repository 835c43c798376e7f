import { useEffect, useRef } from 'react'
import type { PackageManifest } from '../../../../cbpkg/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { UnlockForm } from '../open/unlock-form.tsx'
import { usePackage } from '../open/use-package.ts'

/** Opens a file in this browser, so that what is inside can be chosen by its name. Nothing of it is sent. */
export function LookInside(props: {
  named: (file: string) => void
  found: (manifest: PackageManifest | null) => void
}) {
  const t = useT()
  const { opening, choose, unlock, reset } = usePackage()
  const input = useRef<HTMLInputElement>(null)
  const { found } = props
  const manifest = opening.step === 'open' ? opening.manifest : null
  useEffect(() => found(manifest), [found, manifest])
  const take = (file: File | undefined) => {
    if (!file) return
    props.named(file.name)
    void choose(file)
  }
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <button type="button" className="btn" onClick={() => input.current?.click()}>
          {t('backups.look.choose')}
        </button>
        {opening.step === 'choose' ? (
          <p className="min-w-0 flex-1 text-xs text-ink-2">{t('backups.look.hint')}</p>
        ) : (
          <>
            <p className="min-w-0 font-mono text-xs break-all">{opening.file.name}</p>
            <button type="button" className="btn btn-quiet" onClick={reset}>
              {t('backups.look.forget')}
            </button>
          </>
        )}
        <input
          ref={input}
          type="file"
          accept=".cbpkg"
          className="hidden"
          aria-label={t('backups.look.choose')}
          onChange={({ target }) => {
            take(target.files?.[0])
            target.value = ''
          }}
        />
      </div>
      {opening.step === 'choose' && opening.fault ? (
        <p role="alert" className="rounded-md bg-critical-soft px-3 py-2 text-xs text-critical">
          {t(`artifacts.open.fault.${opening.fault}`)}
        </p>
      ) : null}
      {opening.step === 'locked' || opening.step === 'unlocking' ? (
        <UnlockForm
          fault={opening.step === 'locked' ? opening.fault : null}
          share={opening.step === 'unlocking' ? opening.share : null}
          unlock={(passphrase) => void unlock(opening.file, opening.header, passphrase)}
        />
      ) : null}
      {manifest ? (
        <p className="text-xs text-ink-2" role="status">
          {t('backups.look.found', { agents: manifest.agents.length, sections: manifest.sections.length })}
        </p>
      ) : null}
    </div>
  )
}
