import { useLocale } from 'use-intl'
import type { PackageManifest } from '../../../../cbpkg/contract.ts'
import { number } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { visible } from '../../../ui/command.tsx'
import { Section } from '../../../ui/page.tsx'

const shownMax = 200

/** What the maker says of the package: what has to be filled in, what was taken out, and what could not be packed. */
export function Remarks({ manifest }: { manifest: PackageManifest }) {
  const t = useT()
  const { placeholders, removed, missing } = manifest
  return (
    <div className="min-w-0 space-y-8">
      <Remark
        title={t('artifacts.open.placeholders')}
        body={t('artifacts.open.placeholdersBody')}
        items={placeholders.map(({ path, kind }) => ({ path, says: kind }))}
      />
      <Remark
        title={t('artifacts.open.removed')}
        body={t('artifacts.open.removedBody')}
        items={removed.map(({ path, kind, count }) => ({
          path,
          says: `${kind} · ${t('artifacts.open.times', { count })}`,
        }))}
      />
      <Remark
        title={t('artifacts.open.missing')}
        body={t('artifacts.open.missingBody')}
        items={missing.map(({ path, reason }) => ({ path, says: reason }))}
      />
    </div>
  )
}

/** Nothing where there is nothing to say. */
function Remark(props: { title: string; body: string; items: { path: string; says: string }[] }) {
  const locale = useLocale()
  const t = useT()
  if (props.items.length === 0) return null
  const rest = props.items.length - shownMax
  const numbered = props.items.slice(0, shownMax).map((item, at) => ({ ...item, at }))
  return (
    <Section title={`${props.title} (${number(locale, props.items.length)})`}>
      <p className="mb-2 text-xs text-ink-2">{props.body}</p>
      <ul className="hairlines">
        {numbered.map(({ path, says, at }) => (
          <li key={at} className="py-2">
            <code className="block font-mono text-2xs break-all">{visible(path)}</code>
            <span lang="en" className="block text-2xs break-words text-ink-2">
              {visible(says)}
            </span>
          </li>
        ))}
      </ul>
      {rest > 0 ? (
        <p className="mt-2 text-2xs text-ink-2">{t('artifacts.open.andMore', { count: number(locale, rest) })}</p>
      ) : null}
    </Section>
  )
}
