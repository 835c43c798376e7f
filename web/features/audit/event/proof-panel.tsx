import { useMutation } from '@tanstack/react-query'
import { Check, CircleHelp, Download, ShieldAlert, ShieldCheck, X } from 'lucide-react'
import { useLocale } from 'use-intl'
import type { AuditEntry } from '../../../../worker/features/audit/contract.ts'
import { number } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { useMe } from '../../../session/queries.ts'
import { Copy } from '../../../ui/copy.tsx'
import { Section } from '../../../ui/page.tsx'
import { Trouble } from '../../../ui/state.tsx'
import { toast } from '../../../ui/toast.tsx'
import { useProblemText } from '../../../use-problem.ts'
import { fetchEvidence } from '../integrity/fetch-log.ts'
import { prove } from './prove.ts'
import type { Step } from './verify-event.ts'

/** "Verify now": everything is recomputed in this browser, and said step by step. */
export function ProofPanel({ entry }: { entry: AuditEntry }) {
  const t = useT()
  const me = useMe()
  const proving = useMutation({ mutationFn: () => prove(entry, me?.organization.id) })
  const verdict = proving.data
  return (
    <Section className="min-w-0" title={t('proof.title')}>
      <p className="text-xs text-ink-2">{t('proof.lead')}</p>
      <div className="mt-3 flex flex-wrap gap-2">
        <button type="button" className="btn btn-primary" disabled={proving.isPending} onClick={() => proving.mutate()}>
          <ShieldCheck size={15} aria-hidden />
          {proving.isPending ? t('proof.checking') : verdict === undefined ? t('proof.verify') : t('proof.again')}
        </button>
        <EvidenceButton seq={entry.seq} />
      </div>
      <div aria-live="polite" className="mt-4">
        {proving.isError ? <Trouble error={proving.error} /> : null}
        {verdict === null ? <Headline isProven={false} text={t('proof.unreadable')} /> : null}
        {verdict ? (
          <>
            <Headline isProven={verdict.isProven} text={t(headlineOf(verdict))} />
            <ol className="hairlines mt-3">
              {verdict.steps.map((step) => (
                <StepLine key={step.name} step={step} />
              ))}
            </ol>
            <p className="mt-2 text-2xs text-ink-2">{t(`proof.keysFrom.${verdict.keysFrom}`)}</p>
          </>
        ) : null}
      </div>
      <p className="mt-4 text-2xs text-ink-2">{t('proof.leafHash')}</p>
      <p className="flex items-start gap-1">
        <code className="min-w-0 flex-1 font-mono text-2xs break-all">{entry.leafHash}</code>
        <Copy text={entry.leafHash} what={t('proof.leafHash')} />
      </p>
    </Section>
  )
}

const headlineOf = ({ isProven, steps }: { isProven: boolean; steps: readonly Step[] }) => {
  if (isProven) return 'proof.good'
  return steps.some(({ outcome }) => outcome === 'bad') ? 'proof.bad' : 'proof.partly'
}

function Headline({ isProven, text }: { isProven: boolean; text: string }) {
  const Icon = isProven ? ShieldCheck : ShieldAlert
  return (
    <p
      className={`flex items-center gap-2 rounded-md px-3 py-2 text-sm font-medium ${isProven ? 'bg-low-soft text-low' : 'bg-critical-soft text-critical'}`}
    >
      <Icon size={17} aria-hidden className="shrink-0" />
      {text}
    </p>
  )
}

const icons = { good: Check, bad: X, unknown: CircleHelp }
const tones = { good: 'text-low', bad: 'text-critical', unknown: 'text-ink-3' }

function StepLine({ step }: { step: Step }) {
  const t = useT()
  const locale = useLocale()
  const Icon = icons[step.outcome]
  const values = Object.fromEntries(
    Object.entries(step.values).map(([name, value]) => [
      name,
      typeof value === 'number' ? number(locale, value) : value,
    ]),
  )
  return (
    <li className="flex gap-2.5 py-2">
      <Icon size={15} aria-hidden className={`mt-0.5 shrink-0 ${tones[step.outcome]}`} />
      <span className="sr-only">{t(`proof.outcome.${step.outcome}`)}</span>
      <span className="min-w-0 flex-1 text-xs">
        <span className={step.outcome === 'bad' ? 'font-medium text-critical' : ''}>
          {step.outcome === 'bad' ? t(`proof.wrong.${step.name}`) : t(`proof.step.${step.name}`)}
        </span>
        <span className="block text-2xs break-all text-ink-2">
          {step.because ? (
            t(`proof.because.${step.because}`)
          ) : step.outcome === 'good' ? (
            <Detail name={step.name} values={values} />
          ) : null}
        </span>
      </span>
    </li>
  )
}

function Detail({ name, values }: { name: Step['name']; values: Record<string, string> }) {
  const t = useT()
  switch (name) {
    case 'shown':
    case 'payload':
      return null
    case 'leaf':
      return <code className="font-mono">{values.hash}</code>
    case 'root':
      return t('proof.detail.root', { hashes: values.hashes ?? '', root: values.root ?? '' })
    case 'size':
      return t('proof.detail.size', { seq: values.seq ?? '', size: values.size ?? '' })
    case 'signature':
      return t('proof.detail.signature', { key: values.key ?? '' })
    case 'witnesses':
      return t('proof.detail.witnesses', { count: values.count ?? '', quorum: values.quorum ?? '' })
    case 'history':
      return t('proof.detail.history', { size: values.size ?? '' })
  }
}

function EvidenceButton({ seq }: { seq: number }) {
  const t = useT()
  const problemText = useProblemText()
  const download = useMutation({
    mutationFn: async () => {
      const url = URL.createObjectURL(new Blob([await fetchEvidence(seq)], { type: 'text/plain' }))
      const link = document.createElement('a')
      link.href = url
      link.download = `event-${seq}.tlog-proof`
      link.click()
      URL.revokeObjectURL(url)
    },
    onError: (error) => toast({ text: problemText(error), tone: 'bad' }),
  })
  return (
    <button type="button" className="btn" disabled={download.isPending} onClick={() => download.mutate()}>
      <Download size={15} aria-hidden />
      {t('proof.download')}
    </button>
  )
}
