import { useLocale } from 'use-intl'
import type { PackageManifest } from '../../../../cbpkg/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Section } from '../../../ui/page.tsx'
import { bytes } from '../bytes.ts'
import { withoutNotes } from '../open/groups.ts'

type Manifest = PackageManifest
const entriesShown = 500

/** What is inside, by whose it is; what was left out, and what could not be read. No content: that is encrypted. */
export function Manifest({ manifest }: { manifest: Manifest }) {
  const t = useT()
  const { agents, placeholders, removed, missing } = manifest
  const entries = withoutNotes(manifest.entries)
  const ofGateway = entries.filter(({ agent }) => agent === null)
  return (
    <>
      {missing.length > 0 ? (
        <Notes
          title={t('backups.missing')}
          lines={missing.map(({ path, reason }) => ({ path, words: reason }))}
          isWarning
        />
      ) : null}
      <Section title={t('backups.contents')}>
        <ul className="hairlines">
          {ofGateway.length > 0 ? <Group name={t('backups.ofGateway')} entries={ofGateway} /> : null}
          {agents.map(({ id, name }) => (
            <Group
              key={id}
              name={name === id ? id : `${name} (${id})`}
              entries={entries.filter(({ agent }) => agent === id)}
            />
          ))}
        </ul>
      </Section>
      {placeholders.length > 0 ? (
        <Notes
          title={t('backups.placeholders')}
          lines={placeholders.map(({ path, kind }) => ({ path, words: kind }))}
        />
      ) : null}
      {removed.length > 0 ? (
        <Notes
          title={t('backups.removed')}
          lines={removed.map(({ path, kind, count }) => ({ path, words: `${kind} × ${count}` }))}
        />
      ) : null}
    </>
  )
}

function Group({ name, entries }: { name: string; entries: Manifest['entries'] }) {
  const t = useT()
  const locale = useLocale()
  const total = entries.reduce((sum, { size }) => sum + size, 0)
  return (
    <li>
      <details>
        <summary className="flex min-h-11 cursor-pointer flex-wrap items-center gap-x-4 gap-y-1 py-2">
          <span className="min-w-32 flex-1 truncate font-medium">{name}</span>
          <span className="text-2xs text-ink-2">
            {[...new Set(entries.map(({ section }) => t(`backups.section.${section}`)))].join(t('state.comma'))}
          </span>
          <span className="tnum text-xs text-ink-2">
            {t('backups.entries', { count: entries.length })} · {bytes(locale, total)}
          </span>
        </summary>
        <ul className="pb-3">
          {entries.slice(0, entriesShown).map(({ path, size }) => (
            <li key={path} className="flex items-baseline gap-4 py-0.5">
              <code className="min-w-0 flex-1 font-mono text-2xs break-all">{path}</code>
              <span className="tnum text-2xs text-ink-2">{bytes(locale, size)}</span>
            </li>
          ))}
          {entries.length > entriesShown ? (
            <li className="py-1 text-2xs text-ink-2">
              {t('backups.moreEntries', { count: entries.length - entriesShown })}
            </li>
          ) : null}
        </ul>
      </details>
    </li>
  )
}

const linesShown = 200

function Notes(props: { title: string; lines: readonly { path: string; words: string }[]; isWarning?: boolean }) {
  const t = useT()
  const { title, lines, isWarning = false } = props
  return (
    <Section title={title}>
      <ul className="border-y border-line py-2">
        {lines.slice(0, linesShown).map(({ path, words }) => (
          <li key={`${path} ${words}`} className="flex flex-wrap items-baseline gap-x-4 py-0.5">
            <code className="min-w-0 flex-1 font-mono text-2xs break-all">{path}</code>
            <span className={`text-2xs ${isWarning ? 'text-medium' : 'text-ink-2'}`}>{words}</span>
          </li>
        ))}
        {lines.length > linesShown ? (
          <li className="py-1 text-2xs text-ink-2">{t('backups.moreEntries', { count: lines.length - linesShown })}</li>
        ) : null}
      </ul>
    </Section>
  )
}
