import { type SnapshotScope, snapshotScopes } from '../../../../worker/features/snapshots/diff/contract.ts'
import { useT } from '../../../i18n/use-t.ts'

/** Which part of an agent the versions are of. */
export function ScopeSwitch(props: { scope: SnapshotScope; choose: (scope: SnapshotScope) => void }) {
  const t = useT()
  return (
    <fieldset className="flex max-w-full flex-wrap gap-1">
      <legend className="sr-only">{t('snapshots.scopes')}</legend>
      {snapshotScopes.map((scope) => (
        <button
          key={scope}
          type="button"
          aria-pressed={scope === props.scope}
          className="h-8 rounded-md px-2.5 text-xs text-ink-2 hover:bg-sunken aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-accent max-md:h-11 max-md:px-3 max-md:text-sm"
          onClick={() => props.choose(scope)}
        >
          {t(`snapshots.scope.${scope}`)}
        </button>
      ))}
    </fieldset>
  )
}
