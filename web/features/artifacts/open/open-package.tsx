import { useCallback } from 'react'
import { useT } from '../../../i18n/use-t.ts'
import { ChooseFile } from './choose-file.tsx'
import { Contents } from './contents.tsx'
import { HeaderFacts } from './header-facts.tsx'
import { Remarks } from './remarks.tsx'
import { UnlockForm } from './unlock-form.tsx'
import { usePackage } from './use-package.ts'
import { Verdict } from './verdict.tsx'

/** From a file to what is inside it: chosen, unlocked, checked and looked at, all of it in this browser. */
export function OpenPackage() {
  const { opening, choose, unlock, read, reset } = usePackage()
  const unlockChosen = useCallback(
    (passphrase: string) => {
      if (opening.step === 'locked') void unlock(opening.file, opening.header, passphrase)
    },
    [opening, unlock],
  )
  if (opening.step === 'choose') return <ChooseFile fault={opening.fault} name={opening.name} choose={choose} />
  const { file, header } = opening
  const manifest = opening.step === 'open' ? opening.manifest : null
  return (
    <div className="space-y-6">
      <FileBar file={file} reset={reset} />
      {opening.step === 'open' ? <Verdict check={opening.check} /> : null}
      <HeaderFacts header={header} manifest={manifest} />
      {opening.step === 'locked' || opening.step === 'unlocking' ? (
        <UnlockForm
          fault={opening.step === 'locked' ? opening.fault : null}
          share={opening.step === 'unlocking' ? opening.share : null}
          unlock={unlockChosen}
        />
      ) : null}
      {manifest ? (
        <div className="grid items-start gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,1fr)_minmax(0,340px)]">
          <Contents manifest={manifest} hasSecrets={header.secrets} read={read} />
          <Remarks manifest={manifest} />
        </div>
      ) : null}
    </div>
  )
}

function FileBar({ file, reset }: { file: File; reset: () => void }) {
  const t = useT()
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <p className="min-w-0 flex-1 font-mono text-xs break-all">{file.name}</p>
      <button type="button" className="btn" onClick={reset}>
        {t('artifacts.open.another')}
      </button>
    </div>
  )
}
