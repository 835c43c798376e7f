import { CircleAlert, FileX2, KeyRound, Package, PackageX, RotateCw, ShieldAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { RollbackPreview } from '../../../../worker/features/snapshots/contract.ts'
import { useT } from '../../../i18n/use-t.ts'

/** What has to be known before it is done, the gravest first; nothing when it is as simple as it looks. */
export function Notices({ preview, isAllowed }: { preview: RollbackPreview; isAllowed: boolean }) {
  const t = useT()
  const { blocked, secrets, left, dependsOn, missing, restarts, needsApproval, exact, changes } = preview
  // What is not there is named above.
  const absent = new Set(missing?.map(({ kind, name }) => `${kind} ${name}`))
  const others = dependsOn.filter(({ kind, name }) => !absent.has(`${kind} ${name}`))
  const paths = (all: readonly string[]) => all.join(t('state.comma'))
  if (changes.length === 0 && secrets.length === 0 && left.length === 0) return null
  return (
    <ul className="space-y-2">
      {blocked.length > 0 ? (
        <Notice icon={<CircleAlert size={15} aria-hidden />} look="bg-critical-soft text-critical">
          {t('snapshots.preview.blocked', { paths: paths(blocked) })}
        </Notice>
      ) : null}
      {restarts ? (
        <Notice icon={<RotateCw size={15} aria-hidden />} look="bg-critical-soft text-critical">
          {t('snapshots.preview.restarts')}
        </Notice>
      ) : null}
      {needsApproval && blocked.length === 0 ? (
        <Notice icon={<ShieldAlert size={15} aria-hidden />} look="bg-high-soft text-high">
          {t(isAllowed ? 'snapshots.preview.allowed' : 'snapshots.preview.needsApproval')}
        </Notice>
      ) : null}
      {missing === null ? (
        <Notice icon={<PackageX size={15} aria-hidden />} look="bg-sunken text-ink-2">
          {t('snapshots.preview.missingUnknown')}
        </Notice>
      ) : missing.length > 0 ? (
        <Notice icon={<PackageX size={15} aria-hidden />} look="bg-medium-soft text-medium">
          {t('snapshots.preview.missing')} <Named names={missing} />
        </Notice>
      ) : null}
      {others.length > 0 ? (
        <Notice icon={<Package size={15} aria-hidden />} look="bg-sunken text-ink-2">
          {t(absent.size > 0 ? 'snapshots.preview.alsoDependsOn' : 'snapshots.preview.dependsOn')}{' '}
          <Named names={others} />
        </Notice>
      ) : null}
      {secrets.length > 0 ? (
        <Notice icon={<KeyRound size={15} aria-hidden />} look="bg-medium-soft text-medium">
          {t('snapshots.preview.secrets', { paths: paths(secrets) })}
        </Notice>
      ) : null}
      {left.length > 0 ? (
        <Notice icon={<FileX2 size={15} aria-hidden />} look="bg-medium-soft text-medium">
          {t('snapshots.preview.left')}
          <ul>
            {left.map(({ path, reason }) => (
              <li key={path}>
                <code className="font-mono text-2xs break-all">{path}</code>{' '}
                {t(`snapshots.preview.leftBecause.${reason}`)}
              </li>
            ))}
          </ul>
        </Notice>
      ) : null}
      {!exact && secrets.length + left.length === 0 ? (
        <Notice icon={<CircleAlert size={15} aria-hidden />} look="bg-sunken text-ink-2">
          {t('snapshots.preview.partly')}
        </Notice>
      ) : null}
    </ul>
  )
}

function Named({ names }: { names: RollbackPreview['dependsOn'] }) {
  const t = useT()
  return names.map(({ kind, name }, at) => (
    <span key={`${kind} ${name}`}>
      {at === 0 ? null : t('state.comma')}
      {t(`snapshots.preview.kind.${kind}`)} <code className="font-mono text-2xs break-all">{name}</code>
    </span>
  ))
}

const Notice = ({ icon, look, children }: { icon: ReactNode; look: string; children: ReactNode }) => (
  <li className={`flex items-start gap-2.5 rounded-md px-3 py-2 text-xs ${look}`}>
    <span className="mt-0.5 shrink-0">{icon}</span>
    <div className="min-w-0 break-words">{children}</div>
  </li>
)
