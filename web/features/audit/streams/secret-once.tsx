import { useT } from '../../../i18n/use-t.ts'
import { Copy } from '../../../ui/copy.tsx'
import { DialogActions } from '../../../ui/dialog.tsx'
import { Note } from '../../../ui/state.tsx'

/** A signing secret, the only time that it is shown. */
export function SecretOnce({ secret, note, close }: { secret: string; note: string; close: () => void }) {
  const t = useT()
  return (
    <div className="mt-4 space-y-4">
      <Note tone="warn">{note}</Note>
      <pre className="rounded-md border border-line bg-sunken px-3.5 py-3 font-mono text-xs break-all whitespace-pre-wrap">
        {secret}
      </pre>
      <DialogActions>
        <Copy text={secret} what={t('streams.secret')} label={t('copy.copy')} />
        <button type="button" className="btn btn-primary" onClick={close}>
          {t('streams.kept')}
        </button>
      </DialogActions>
    </div>
  )
}
