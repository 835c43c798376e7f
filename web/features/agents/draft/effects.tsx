import type { ConfigPreview } from '../../../../worker/features/agents/config/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Chip } from '../../../ui/badge.tsx'

type Kind = NonNullable<ConfigPreview['changes'][number]['reloadKind']>
/** The one that hurts first. */
const kinds: readonly (Kind | null)[] = ['restart', 'hot', 'none', null]

/** When each change takes hold, as the gateway says. */
export function Effects({ changes }: { changes: ConfigPreview['changes'] }) {
  const t = useT()
  return (
    <ul className="space-y-1 empty:hidden">
      {kinds.map((kind) => {
        const own = changes.filter(({ reloadKind }) => reloadKind === kind)
        return own.length === 0 ? null : (
          <li key={kind ?? 'unsaid'} className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
            <Chip>{t(`agent.preview.reload.${kind ?? 'unsaid'}`)}</Chip>
            <span className="min-w-0 flex-1 font-mono text-2xs break-words text-ink-2">
              {own.map(({ path }) => path).join(t('state.comma'))}
            </span>
          </li>
        )
      })}
    </ul>
  )
}
