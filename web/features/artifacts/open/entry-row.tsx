import { Download } from 'lucide-react'
import { useState } from 'react'
import { useLocale } from 'use-intl'
import { number } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { visible } from '../../../ui/command.tsx'
import { toast } from '../../../ui/toast.tsx'
import { type Placed, shortPath } from './groups.ts'
import { faultOfRefusal } from './package-client.ts'
import { saveFile } from './save-file.ts'

/** One entry: a click looks at it, the arrow takes it home. */
export function EntryRow(props: {
  entry: Placed
  look: (entry: Placed) => void
  read: (index: number) => Promise<Uint8Array<ArrayBuffer>>
}) {
  const t = useT()
  const locale = useLocale()
  const { entry } = props
  const [isBusy, setBusy] = useState(false)
  const path = visible(shortPath(entry))
  const download = async () => {
    setBusy(true)
    try {
      saveFile(entry.path, await props.read(entry.index))
    } catch (error) {
      toast({ text: t(`artifacts.open.fault.${faultOfRefusal(error)}`), tone: 'bad' })
    }
    setBusy(false)
  }
  return (
    <li className="calm flex items-center gap-2">
      <button
        type="button"
        className="-ml-2 flex min-h-10 min-w-0 flex-1 items-center gap-3 rounded-md px-2 py-1.5 text-left hover:bg-sunken max-md:min-h-11"
        onClick={() => props.look(entry)}
      >
        <span className="min-w-0 flex-1">
          <code className="block truncate font-mono text-2xs">{path}</code>
          <span className="text-2xs text-ink-2 sm:hidden">{t(`artifacts.section.${entry.section}`)}</span>
        </span>
        <span className="w-28 shrink-0 truncate text-2xs text-ink-2 max-sm:hidden">
          {t(`artifacts.section.${entry.section}`)}
        </span>
        <span className="tnum w-24 shrink-0 text-right text-2xs text-ink-2">
          {t('artifacts.open.bytes', { count: number(locale, entry.size) })}
        </span>
      </button>
      <button
        type="button"
        className="btn btn-quiet btn-icon"
        aria-label={t('artifacts.open.downloadOne', { path })}
        disabled={isBusy}
        onClick={() => void download()}
      >
        <Download size={14} aria-hidden />
      </button>
    </li>
  )
}
