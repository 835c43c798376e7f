import { PackageOpen } from 'lucide-react'
import { useRef, useState } from 'react'
import { useT } from '../../../i18n/use-t.ts'
import type { Fault } from './messages.ts'

/** A place to drop a file, and a button for who does not drag. */
export function ChooseFile(props: { fault: Fault | null; name: string | null; choose: (file: File) => unknown }) {
  const t = useT()
  const input = useRef<HTMLInputElement>(null)
  const [isOver, setOver] = useState(false)
  const take = (file: File | undefined) => {
    setOver(false)
    if (file) props.choose(file)
  }
  return (
    <section
      aria-label={t('artifacts.open.file')}
      className={`grid place-items-center rounded-lg border border-dashed px-6 py-16 text-center transition-colors duration-150 ${isOver ? 'border-accent bg-accent-soft' : 'border-line-2'}`}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        take(event.dataTransfer.files[0])
      }}
    >
      <div className="max-w-md">
        <div className="mx-auto mb-4 grid size-11 place-items-center rounded-lg border border-line bg-surface text-ink-2">
          <PackageOpen size={20} strokeWidth={1.75} aria-hidden />
        </div>
        <p className="text-lg font-medium text-balance max-md:hidden">{t('artifacts.open.drop')}</p>
        <p className="mt-1.5 text-balance text-ink-2">{t('artifacts.open.dropBody')}</p>
        <button type="button" className="btn btn-primary mt-5" onClick={() => input.current?.click()}>
          {t('artifacts.open.choose')}
        </button>
        <input
          ref={input}
          type="file"
          accept=".cbpkg"
          className="hidden"
          aria-label={t('artifacts.open.file')}
          onChange={(event) => take(event.target.files?.[0])}
        />
        {props.fault ? (
          <p role="alert" className="mt-5 rounded-md bg-critical-soft px-3 py-2 text-xs text-critical">
            {props.name ? <span className="block font-mono text-2xs break-all">{props.name}</span> : null}
            {t(`artifacts.open.fault.${props.fault}`)}
          </p>
        ) : null}
      </div>
    </section>
  )
}
