import { useT } from '../../../i18n/use-t.ts'
import { Dialog, DialogActions } from '../../../ui/dialog.tsx'
import { SingleKeysSwitch } from '../single-keys-switch.tsx'

const shortcuts = [
  ['J', 'next'],
  ['K', 'previous'],
  ['⇧J ⇧K', 'extend'],
  ['X', 'select'],
  ['A', 'allow'],
  ['⇧A', 'always'],
  ['R', 'reject'],
  ['E', 'expand'],
  ['S', 'snooze'],
  ['C', 'comment'],
  ['H', 'handOver'],
  ['Z', 'undo'],
  ['/', 'filter'],
  ['Esc', 'leave'],
  ['?', 'sheet'],
] as const

export function KeysDialog({ close }: { close: () => void }) {
  const t = useT()
  return (
    <Dialog open onOpenChange={(open) => !open && close()} title={t('keys.title')}>
      <dl className="mt-4 grid grid-cols-[auto_1fr] gap-x-4 gap-y-2 text-xs">
        {shortcuts.map(([key, name]) => (
          <div key={key} className="contents">
            <dt className="flex gap-1">
              {key.split(' ').map((one) => (
                <span key={one} className="kbd">
                  {one}
                </span>
              ))}
            </dt>
            <dd>{t(`approvals.keys.${name}`)}</dd>
          </div>
        ))}
        <dt>
          <span className="kbd">⌘K</span>
        </dt>
        <dd>{t('keys.palette')}</dd>
      </dl>
      <div className="mt-5 border-t border-line pt-4">
        <SingleKeysSwitch />
      </div>
      <DialogActions>
        <button type="button" className="btn" onClick={close}>
          {t('action.close')}
        </button>
      </DialogActions>
    </Dialog>
  )
}
