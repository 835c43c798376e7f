import { useState } from 'react'
import type { AgentStateAt } from '../../../../worker/features/snapshots/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { RulePath } from '../../explainer/rule-path.tsx'
import { Passage } from '../../explainer/tools/passage.tsx'
import type { Stage } from '../../explainer/tools/stages.ts'
import { whyOf } from '../../explainer/tools/why.tsx'

/** Which tools an agent was allowed at a moment, and for each that it was not, which rule said so. */
export function PolicyThen({ policy }: { policy: AgentStateAt['toolPolicy'] }) {
  const t = useT()
  const [stage, choose] = useState<Stage>()
  const title = t('snapshots.moment.policy')
  const withheld = policy?.tools.filter(({ outcome }) => outcome === 'withheld') ?? []
  const shown = stage === undefined ? withheld : withheld.filter(({ decidedBy }) => decidedBy === stage)
  return (
    <section className="mt-6" aria-label={title}>
      <h3 className="mb-2 text-xs font-medium">{title}</h3>
      {policy === null ? (
        <p className="border-y border-line py-3 text-ink-2">{t('snapshots.moment.policyUnseen')}</p>
      ) : (
        <>
          <p className="mb-3 text-2xs text-ink-2">{t('snapshots.moment.policyOf', { version: policy.rules })}</p>
          <Passage explanation={policy} chosen={stage} choose={choose} />
          <p className="tnum mb-2 text-xs text-ink-2">
            {t('snapshots.moment.policyWithheld', { count: withheld.length })}
            <span aria-hidden> · </span>
            {t('snapshots.moment.policyPassed', { count: policy.tools.length - withheld.length })}
          </p>
          {withheld.length === 0 ? (
            <p className="border-y border-line py-3 text-ink-2">{t('snapshots.moment.policyNone')}</p>
          ) : (
            <ul aria-label={t('snapshots.moment.policyTools')} className="hairlines">
              {shown.map((tool) => (
                <li key={tool.name} className="flex flex-wrap items-baseline gap-x-3 py-1.5">
                  <code className="font-mono text-xs">{tool.name}</code>
                  <span className="text-xs text-ink-2">{whyOf(t, tool)}</span>
                  <RulePath path={pathOf(tool, policy.steps)} />
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </section>
  )
}

type Policy = NonNullable<AgentStateAt['toolPolicy']>

/** Where the rule stands that decided, or the list that does not name the tool; null where it is built in. */
const pathOf = ({ decidedBy, construction, steps }: Policy['tools'][number], all: Policy['steps']): string | null => {
  if (decidedBy === 'construction') return construction.by?.path ?? null
  const by = steps.find(({ step }) => step === decidedBy)?.by
  return by ? by.path : (all.find(({ step }) => step === decidedBy)?.paths[0] ?? null)
}
