import { useQuery } from '@tanstack/react-query'
import { CircleAlert, Info, OctagonAlert } from 'lucide-react'
import { useState } from 'react'
import type { Finding } from '../../../worker/features/agents/explain/findings/contract.ts'
import { policySteps } from '../../../worker/features/agents/explain/policy/contract.ts'
import type { T } from '../../i18n/use-t.ts'
import { useT } from '../../i18n/use-t.ts'
import { Section } from '../../ui/page.tsx'
import { tryWithout, writeTrial } from './change/trial.ts'
import { listsQuery } from './queries.ts'
import { RulePath } from './rule-path.tsx'
import type { ExplainerSearch } from './search.ts'

const icons = { danger: OctagonAlert, warning: CircleAlert, info: Info }
const tones = { danger: 'text-critical', warning: 'text-high', info: 'text-ink-3' }
const edges = { danger: 'border-l-critical', warning: 'border-l-high', info: 'border-l-line-2' }
const shownMax = 6

/** The parameters as a sentence takes them: a step by its name, and something for whatever is not given. */
const valuesOf = (t: T, { params }: Finding) => {
  const step = policySteps.find((each) => each === params.step)
  return {
    ...{ entry: '', now: '', before: '', more: 0, key: '', group: '', models: '' },
    ...params,
    step: step ? t(`explainer.step.${step}.name`) : '',
  }
}

export const FindingText = ({ finding }: { finding: Finding }) => {
  const t = useT()
  return <>{t(`explainer.finding.${finding.code}.says`, valuesOf(t, finding))}</>
}

/** What is odd about the rules, the gravest first, with what to do about each. */
export function Findings(props: {
  agentId: string
  findings: readonly Finding[]
  change: (change: ExplainerSearch) => void
}) {
  const t = useT()
  const [all, setAll] = useState(false)
  const { findings } = props
  const shown = all ? findings : findings.slice(0, shownMax)
  return (
    <Section title={t('explainer.findings.title')} className="mb-8">
      {findings.length === 0 ? (
        <p className="border-y border-line py-3 text-ink-2">{t('explainer.findings.none')}</p>
      ) : (
        <ul className="grid gap-2 lg:grid-cols-2">
          {shown.map((finding) => (
            <li key={JSON.stringify(finding)}>
              <FindingCard agentId={props.agentId} finding={finding} change={props.change} />
            </li>
          ))}
        </ul>
      )}
      {findings.length > shown.length ? (
        <button type="button" className="btn btn-quiet mt-2" onClick={() => setAll(true)}>
          {t('explainer.findings.more', { count: findings.length - shown.length })}
        </button>
      ) : null}
    </Section>
  )
}

export function FindingCard(props: {
  agentId: string
  finding: Finding
  change: ((change: ExplainerSearch) => void) | null
}) {
  const t = useT()
  const { finding, change } = props
  const Icon = icons[finding.severity]
  const values = valuesOf(t, finding)
  return (
    <article
      className={`h-full rounded-md border border-l-3 border-line bg-surface px-3 py-2.5 ${edges[finding.severity]}`}
    >
      <p className="flex gap-2">
        <Icon size={16} aria-hidden className={`mt-[3px] shrink-0 ${tones[finding.severity]}`} />
        <span className="min-w-0 break-words">
          <span className="sr-only">{t(`explainer.severity.${finding.severity}`)} </span>
          <FindingText finding={finding} />
        </span>
      </p>
      <p className="mt-1 pl-6 text-xs text-pretty text-ink-2">{t(`explainer.finding.${finding.code}.do`, values)}</p>
      {finding.tools.length > 0 ? (
        <p className="mt-1.5 flex flex-wrap gap-1 pl-6">
          <span className="sr-only">{t('explainer.findings.tools')}</span>
          {finding.tools.slice(0, 12).map((name) =>
            change ? (
              <button
                key={name}
                type="button"
                className="link font-mono text-2xs"
                onClick={() => change({ part: '', tool: name, q: name, outcome: '', step: '', source: '' })}
              >
                {name}
              </button>
            ) : (
              <code key={name} className="font-mono text-2xs">
                {name}
              </code>
            ),
          )}
          {finding.tools.length > 12 ? <span className="text-2xs text-ink-3">+{finding.tools.length - 12}</span> : null}
        </p>
      ) : null}
      {finding.paths.length > 0 ? (
        <div className="mt-1.5 flex flex-wrap items-center gap-1.5 pl-6">
          <span className="sr-only">{t('explainer.findings.paths')}</span>
          {finding.paths.map((path) => (
            <RulePath key={path} path={path} />
          ))}
          {change ? <WithoutIt agentId={props.agentId} path={finding.paths[0]} change={change} /> : null}
        </div>
      ) : null}
    </article>
  )
}

/** Only for places that are read here: what stands under channels is not. */
function WithoutIt(props: { agentId: string; path: string | undefined; change: (change: ExplainerSearch) => void }) {
  const t = useT()
  const lists = useQuery(listsQuery(props.agentId)).data
  const trial = lists && props.path ? tryWithout(lists, props.path) : null
  if (!trial) return null
  return (
    <button
      type="button"
      className="aside-link"
      onClick={() => props.change({ part: 'change', try: writeTrial(trial) })}
    >
      {t('explainer.tools.tryWithout')}
    </button>
  )
}
