import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ShieldAlert, ShieldCheck } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useLocale } from 'use-intl'
import { toBase64 } from '../../../../tlog/base64.ts'
import { parseVerifierKey } from '../../../../tlog/note.ts'
import type { LogState } from '../../../../worker/features/audit/log/contract.ts'
import { number } from '../../../format.ts'
import { type T, useT } from '../../../i18n/use-t.ts'
import { meQuery } from '../../../session/queries.ts'
import { Section } from '../../../ui/page.tsx'
import { Note, Trouble } from '../../../ui/state.tsx'
import { fetchExport } from './fetch-log.ts'
import { LastTime } from './last-time.tsx'
import { OwnPolicy } from './pinned/own-policy.tsx'
import { pinnedPolicy } from './pinned/policy.ts'
import { canCheckSignatures } from './signatures.ts'
import { type Verified, verifyWholeLog } from './verify-log.ts'
import { witnessesQuery } from './witnesses/queries.ts'

/** "Verify the whole log now": every leaf, the tree, the signatures and its own memory, in this browser. */
export function VerifyLog({ state }: { state: LogState }) {
  const t = useT()
  const locale = useLocale()
  const queryClient = useQueryClient()
  const [checked, setChecked] = useState(0)
  const running = useRef<AbortController | null>(null)
  useEffect(() => () => running.current?.abort(), [])
  const verifying = useMutation({
    mutationFn: async () => {
      if (!(await canCheckSignatures())) return 'unsupported' as const
      setChecked(0)
      running.current = new AbortController()
      try {
        const me = await queryClient.fetchQuery(meQuery)
        const pinned = pinnedPolicy(me.organization.id)
        // Whoever signs and what they signed is checked all the same when nobody says who the witnesses are.
        const list = pinned ? null : await queryClient.fetchQuery(witnessesQuery).catch(() => null)
        const keys = (list?.items ?? []).flatMap(({ enabled, vkey }) => (enabled ? (parseVerifierKey(vkey) ?? []) : []))
        const policy = pinned ? { keys: pinned.witnesses, quorum: pinned.quorum } : { keys, quorum: list?.quorum ?? 0 }
        return await verifyWholeLog(await fetchExport(running.current.signal), setChecked, policy, pinned?.log)
      } catch (error) {
        if (running.current.signal.aborted) return 'stopped' as const
        throw error
      }
    },
  })
  const { data: result, isPending } = verifying
  const total = Math.max(state.head, checked, 1)
  return (
    <Section className="min-w-0" title={t('integrity.verify.title')}>
      <p className="text-xs text-ink-2">{t('integrity.verify.lead')}</p>
      <LastTime state={state} />
      <OwnPolicy named={state.keys.flatMap(({ vkey, retiredAt }) => (retiredAt ? [] : [vkey]))} />
      <div className="mt-3 flex flex-wrap gap-2">
        <button type="button" className="btn btn-primary" disabled={isPending} onClick={() => verifying.mutate()}>
          <ShieldCheck size={15} aria-hidden />
          {t(result === undefined ? 'integrity.verify.now' : 'proof.again')}
        </button>
        {isPending ? (
          <button type="button" className="btn" onClick={() => running.current?.abort()}>
            {t('integrity.verify.stop')}
          </button>
        ) : null}
      </div>
      {isPending ? (
        <div className="mt-4">
          <progress
            className="h-2 w-full accent-[var(--accent)]"
            aria-label={t('integrity.verify.progress')}
            max={total}
            value={checked}
          />
          <p className="tnum mt-1 text-2xs text-ink-2">
            {t('integrity.verify.checked', { count: number(locale, checked), total: number(locale, total) })}
          </p>
        </div>
      ) : null}
      <div aria-live="polite" className="mt-4">
        {verifying.isError ? <Trouble error={verifying.error} /> : null}
        {result === 'unsupported' ? <Note tone="warn">{t('proof.because.unsupported')}</Note> : null}
        {result === 'stopped' ? <Note>{t('integrity.verify.stopped')}</Note> : null}
        {result && typeof result === 'object' && !isPending ? <Result result={result} /> : null}
      </div>
    </Section>
  )
}

/** Whose keys they are makes the difference between a log that agrees with itself and one that is known to be the same. */
const headlineOf = ({ ok, keysFrom }: Verified) => {
  if (!ok) return 'bad'
  return keysFrom === 'export' ? 'consistent' : 'good'
}

/** Nothing where no witness was named. */
const witnessesOf = (t: T, locale: string, { witnessed, quorum }: Verified): string | null => {
  if (!witnessed) return quorum > 0 ? t('integrity.result.nobody') : null
  const names = witnessed.by.map(({ witness }) => witness).join(t('state.comma'))
  return names === ''
    ? t('integrity.result.nobody')
    : t('integrity.result.witnessedBy', { names, size: number(locale, witnessed.size) })
}

const quorumOf = (t: T, { witnessed, quorum }: Verified): string =>
  t('integrity.result.ofQuorum', { count: witnessed?.by.length ?? 0, quorum })

function Result({ result }: { result: Verified }) {
  const t = useT()
  const locale = useLocale()
  const Icon = result.ok ? ShieldCheck : ShieldAlert
  const facts = [
    [t('integrity.result.events'), number(locale, result.events)],
    [t('integrity.result.erased'), result.erased === 0 ? null : number(locale, result.erased)],
    [t('integrity.result.signedBy'), result.signedBy.join(t('state.comma')) || t('integrity.result.nobody')],
    [t('integrity.result.witnessed'), witnessesOf(t, locale, result)],
    [t('integrity.result.quorum'), result.quorum === 0 ? null : quorumOf(t, result)],
    [t('integrity.result.keys'), t(`integrity.result.keysFrom.${result.keysFrom}`)],
    [
      t('integrity.result.before'),
      result.seenBefore === null
        ? t('integrity.result.firstTime')
        : t('integrity.verify.lastSize', { count: number(locale, result.seenBefore) }),
    ],
    [t('integrity.result.root'), result.root ? toBase64(result.root) : null],
  ] as const
  return (
    <>
      <p
        className={`flex items-center gap-2 rounded-md px-3 py-2 text-sm font-medium ${result.ok ? 'bg-low-soft text-low' : 'bg-critical-soft text-critical'}`}
      >
        <Icon size={17} aria-hidden className="shrink-0" />
        {t(`integrity.result.${headlineOf(result)}`)}
      </p>
      <dl className="mt-3 grid grid-cols-[auto_1fr] gap-x-5 gap-y-1.5 text-xs">
        {facts.map(([name, value]) =>
          value === null ? null : (
            <div key={name} className="contents">
              <dt className="text-ink-2">{name}</dt>
              <dd className="tnum min-w-0 break-all">{value}</dd>
            </div>
          ),
        )}
      </dl>
      {result.faults.length > 0 ? <Faults result={result} /> : null}
      {result.ok && result.keysFrom === 'export' ? (
        <p className="mt-3 text-2xs text-ink-2">{t('integrity.result.compareKeys')}</p>
      ) : null}
    </>
  )
}

function Faults({ result }: { result: Verified }) {
  const t = useT()
  const locale = useLocale()
  const placed = result.faults.map((fault, index) => ({ ...fault, place: `${index} ${fault.kind} ${fault.seq}` }))
  return (
    <ul aria-label={t('integrity.result.faults')} className="hairlines mt-3">
      {placed.map(({ kind, seq, detail, place }) => (
        <li key={place} className="py-2 text-xs">
          <span className="font-medium text-critical">
            {seq === null ? (
              t('integrity.result.wholeLog')
            ) : (
              <Link to="/audit/$seq" params={{ seq: String(seq) }} className="underline">
                {t('audit.event.title', { seq: number(locale, seq) })}
              </Link>
            )}
          </span>{' '}
          {t(`integrity.fault.${kind}`)}
          <span className="block font-mono text-2xs text-ink-2">{detail}</span>
        </li>
      ))}
    </ul>
  )
}
