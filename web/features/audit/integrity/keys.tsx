import { useMutation, useQueryClient } from '@tanstack/react-query'
import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import { parseVerifierKey } from '../../../../tlog/note.ts'
import { LogState } from '../../../../worker/features/audit/log/contract.ts'
import { request } from '../../../api.ts'
import { useT } from '../../../i18n/use-t.ts'
import { useCan } from '../../../session/queries.ts'
import { Chip } from '../../../ui/badge.tsx'
import { Confirm } from '../../../ui/confirm.tsx'
import { Copy } from '../../../ui/copy.tsx'
import { Section } from '../../../ui/page.tsx'
import { Ago } from '../../../ui/time.tsx'
import { logStateKey } from './fetch-log.ts'

/** The keys that sign, each to be copied and told to whoever has to verify without asking here. */
export function Keys({ state }: { state: LogState }) {
  const t = useT()
  const queryClient = useQueryClient()
  const mayKeep = useCan('audit.keep')
  const [asking, setAsking] = useState(false)
  const rotate = useMutation({
    mutationFn: () => request(LogState, '/audit/log/keys', { method: 'POST' }),
    onSuccess: (next) => queryClient.setQueryData(logStateKey, next),
  })
  return (
    <Section
      className="min-w-0"
      title={t('integrity.keys.title')}
      aside={
        mayKeep ? (
          <button type="button" className="btn" onClick={() => setAsking(true)}>
            {t('integrity.keys.rotate')}
          </button>
        ) : null
      }
    >
      <p className="mb-2 text-xs text-ink-2">{t('integrity.keys.lead')}</p>
      {state.keys.length === 0 ? (
        <p className="border-y border-line py-3 text-ink-2">{t('integrity.keys.none')}</p>
      ) : (
        <ul className="hairlines">
          {state.keys.map(({ vkey, createdAt, retiredAt }) => (
            <li key={vkey} className="py-2.5">
              <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1 text-xs">
                <KeyRound size={14} aria-hidden className="text-ink-2" />
                <code className="font-mono font-medium">{parseVerifierKey(vkey)?.keyId ?? '—'}</code>
                <Chip>{t(retiredAt ? 'integrity.keys.retired' : 'integrity.keys.signing')}</Chip>
                <span className="text-ink-2">
                  {t('integrity.keys.since')} <Ago at={createdAt} />
                </span>
              </p>
              <p className="mt-1 flex items-start gap-1">
                <code className="min-w-0 flex-1 font-mono text-2xs break-all text-ink-2">{vkey}</code>
                <Copy text={vkey} what={t('integrity.keys.vkey')} />
              </p>
            </li>
          ))}
        </ul>
      )}
      <Confirm
        open={asking}
        close={() => setAsking(false)}
        title={t('integrity.keys.rotateTitle')}
        body={t('integrity.keys.rotateBody')}
        action={t('integrity.keys.rotate')}
        onConfirm={() => rotate.mutateAsync()}
      />
    </Section>
  )
}
