import { useQuery } from '@tanstack/react-query'
import { useId } from 'react'
import { useLocale } from 'use-intl'
import { number } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { visible } from '../../../ui/command.tsx'
import { Dialog, DialogActions } from '../../../ui/dialog.tsx'
import { Note, Skeleton } from '../../../ui/state.tsx'
import { type Placed, shortPath } from './groups.ts'
import { faultOfRefusal } from './package-client.ts'
import { saveFile } from './save-file.ts'
import { shownBytesMax, textOf } from './text-of.ts'

/** The content of one entry, read and checked when it is asked for, and forgotten when the dialog is closed. */
export function EntryDialog(props: {
  entry: Placed
  hasSecrets: boolean
  read: (index: number) => Promise<Uint8Array<ArrayBuffer>>
  close: () => void
}) {
  const t = useT()
  const { entry } = props
  const id = useId()
  const found = useQuery({
    queryKey: ['package-entry', id],
    queryFn: () => props.read(entry.index),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    networkMode: 'always',
  })
  const bytes = found.data
  return (
    <Dialog open onOpenChange={(open) => !open && props.close()} wide title={visible(shortPath(entry))}>
      <div className="mt-4 space-y-3">
        {props.hasSecrets ? <Note tone="warn">{t('artifacts.open.entry.secret')}</Note> : null}
        {found.isError ? (
          <p role="alert" className="rounded-md bg-critical-soft px-3 py-2 text-xs text-critical">
            {t(`artifacts.open.fault.${faultOfRefusal(found.error)}`)}
          </p>
        ) : bytes ? (
          <Content path={entry.path} bytes={bytes} />
        ) : (
          <Skeleton rows={5} height={22} />
        )}
      </div>
      <DialogActions>
        <button type="button" className="btn" onClick={props.close}>
          {t('action.close')}
        </button>
        <button
          type="button"
          className="btn btn-primary"
          disabled={!bytes}
          onClick={() => bytes && saveFile(entry.path, bytes)}
        >
          {t('artifacts.open.download')}
        </button>
      </DialogActions>
    </Dialog>
  )
}

function Content({ path, bytes }: { path: string; bytes: Uint8Array }) {
  const t = useT()
  const locale = useLocale()
  const content = textOf(path, bytes)
  if (bytes.length === 0) return <Note>{t('artifacts.open.entry.empty')}</Note>
  if (content.kind === 'binary') return <Note>{t('artifacts.open.entry.notText')}</Note>
  return (
    <>
      <textarea
        readOnly
        spellCheck={false}
        aria-label={t('artifacts.open.entry.content', { path: visible(path) })}
        className="h-[46dvh] w-full rounded-md border border-line bg-sunken px-3 py-2 font-mono text-2xs leading-5"
        value={visible(content.text)}
      />
      {content.isCut ? (
        <p className="text-2xs text-ink-2">{t('artifacts.open.entry.cut', { count: number(locale, shownBytesMax) })}</p>
      ) : null}
    </>
  )
}
