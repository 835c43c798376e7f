import type { Approval } from '../../../../worker/features/approvals/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { visible } from '../../../ui/command.tsx'
import { Part } from './part.tsx'

/** Where it would run, for whom, and what the requester says speaks for it. */
export function Provenance({ approval }: { approval: Approval }) {
  const t = useT()
  const facts = [
    [t('approvals.cwd'), approval.cwd],
    [t('approvals.host'), approval.host],
    [t('approvals.resolvedPath'), approval.resolvedPath],
    [t('approvals.session'), approval.sessionKey],
  ] as const
  const known = facts.filter(([, value]) => value)
  return (
    <>
      {approval.evidence.length > 0 ? (
        <Part title={t('approvals.evidence')}>
          <dl className="hairlines">
            {approval.evidence.map(({ label, value }) => (
              <div key={label} className="py-2">
                <dt className="text-xs text-ink-2">{label}</dt>
                <dd className="mt-0.5 text-xs break-words whitespace-pre-wrap">{visible(value)}</dd>
              </div>
            ))}
          </dl>
        </Part>
      ) : null}
      <Part title={t('approvals.where')}>
        <dl className="grid grid-cols-[minmax(72px,auto)_1fr] gap-x-5 gap-y-2 border-y border-line py-4">
          {known.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-xs leading-[1.375rem] text-ink-2">{name}</dt>
              <dd className="min-w-0">
                <code className="font-mono text-2xs break-all">{visible(value ?? '')}</code>
              </dd>
            </div>
          ))}
          <dt className="text-xs leading-[1.375rem] text-ink-2">{t('approvals.requester')}</dt>
          <dd className="min-w-0 text-xs leading-[1.375rem] break-words">
            {approval.requestedBy.name}
            <span className="text-ink-2"> · {t(`approvals.requesterKind.${approval.requestedBy.kind}`)}</span>
          </dd>
        </dl>
      </Part>
    </>
  )
}
