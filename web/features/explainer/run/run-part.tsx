import type { Explanation } from '../../../../worker/features/agents/explain/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Section } from '../../../ui/page.tsx'
import { ContextBudget } from './context-budget.tsx'
import { Heartbeat } from './heartbeat.tsx'
import { KnownFacts } from './known-facts.tsx'
import { Models } from './models.tsx'

/** What a run goes through beside its tools: models, context, and what the agent does by itself. */
export function RunPart({ explanation }: { explanation: Explanation }) {
  const t = useT()
  return (
    <div className="grid items-start gap-x-10 gap-y-9 xl:grid-cols-2">
      <div className="min-w-0 space-y-9">
        <Models models={explanation.models} />
        <Heartbeat heartbeat={explanation.heartbeat} />
      </div>
      <div className="min-w-0 space-y-9">
        <ContextBudget context={explanation.context} />
        <Section title={t('explainer.subagents.title')}>
          <KnownFacts facts={explanation.subagents.facts} />
        </Section>
      </div>
    </div>
  )
}
