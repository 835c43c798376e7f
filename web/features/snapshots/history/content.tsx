import { sentinel, type Tree } from '../../../../worker/features/connectors/link/questions/contract.ts'
import type { SnapshotScope } from '../../../../worker/features/snapshots/diff/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { visible } from '../../../ui/command.tsx'
import { Copy } from '../../../ui/copy.tsx'
import { isRedacted } from '../../agents/draft/secrets.ts'

/** What a version holds, as the gateway writes it. Secrets are not in it. */
export function Content({ content, scope }: { content: Tree; scope: SnapshotScope }) {
  const t = useT()
  if (Object.keys(content).length === 0)
    return <p className="border-y border-line py-3 text-ink-2">{t(`snapshots.holdsNothing.${scope}`)}</p>
  const text = JSON.stringify(content, null, 2)
  return (
    <>
      <div className="relative rounded-md border border-line bg-surface">
        <span className="absolute top-1 right-1">
          <Copy text={text} what={t('snapshots.content')} />
        </span>
        <pre className="py-3 pr-11 pl-4 font-mono text-2xs leading-5 break-words whitespace-pre-wrap">
          {visible(text)}
        </pre>
      </div>
      {isRedacted(content) ? <p className="mt-2 text-2xs text-ink-2">{t('snapshots.redacted', { sentinel })}</p> : null}
    </>
  )
}
