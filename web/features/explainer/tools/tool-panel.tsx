import { useQuery } from '@tanstack/react-query'
import type { Explanation } from '../../../../worker/features/agents/explain/contract.ts'
import type { ToolVerdict } from '../../../../worker/features/agents/explain/policy/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Note } from '../../../ui/state.tsx'
import { tryAllowing, tryDenying, tryWithout, writeTrial } from '../change/trial.ts'
import { listsQuery } from '../queries.ts'
import type { ExplainerSearch } from '../search.ts'
import { stages } from './stages.ts'
import { StepLine } from './step-line.tsx'

/** One tool, opened: each stage in order with its verdict and rule, and the gateway's own answer beside it. */
export function ToolPanel(props: {
  agentId: string
  tool: ToolVerdict
  explanation: Explanation
  change: (change: ExplainerSearch) => void
}) {
  const t = useT()
  const { tool, explanation } = props
  return (
    <div className="grid gap-x-8 gap-y-5 px-1 pt-2 pb-6 lg:grid-cols-[minmax(0,1fr)_300px] md:pl-7">
      <ol aria-label={t('explainer.tools.path')} className="min-w-0">
        {stages.map((stage, index) => (
          <StepLine key={stage} stage={stage} number={index} tool={tool} steps={explanation.steps} />
        ))}
      </ol>
      <div className="min-w-0 space-y-4">
        <TheGateway tool={tool} />
        <Trials agentId={props.agentId} tool={tool} change={props.change} />
      </div>
    </div>
  )
}

function TheGateway({ tool }: { tool: ToolVerdict }) {
  const t = useT()
  return (
    <section className="rounded-lg border border-line bg-surface p-3">
      <h3 className="text-xs font-medium">{t('explainer.tools.gatewayTitle')}</h3>
      <p className="mt-1 text-sm">{t(`explainer.tools.gateway.${tool.gateway ?? 'notAsked'}`)}</p>
      <p className="text-2xs text-ink-2">
        {t('explainer.tools.expected', { expected: t(`explainer.tools.expects.${tool.expected}`) })}
      </p>
      {tool.agrees === null ? null : tool.agrees ? (
        <p className="mt-2 text-2xs font-medium text-low">{t('explainer.tools.agrees')}</p>
      ) : (
        <p className="mt-2 rounded-md bg-critical-soft px-2 py-1.5 text-xs text-critical">
          {t('explainer.tools.differs')}
        </p>
      )}
      {tool.knownDifference ? (
        <div className="mt-2">
          <Note>
            <span className="font-medium">{t('explainer.tools.known')}</span>
            <br />
            {t(`explainer.difference.${tool.knownDifference}`)}
          </Note>
        </div>
      ) : null}
    </section>
  )
}

/** Changes that suggest themselves; each is only worked out, none is made. */
function Trials(props: { agentId: string; tool: ToolVerdict; change: (change: ExplainerSearch) => void }) {
  const t = useT()
  const { tool } = props
  const lists = useQuery(listsQuery(props.agentId)).data
  if (!lists) return null
  const rule = tool.decidedBy === 'construction' ? tool.construction.by : ruleOf(tool)
  const trials = [
    tool.outcome === 'withheld' ? null : { key: 'tryDeny' as const, trial: tryDenying(lists, tool.name) },
    tool.decidedBy === 'profile' ? { key: 'tryAllow' as const, trial: tryAllowing(lists, tool.name) } : null,
    rule?.path ? { key: 'tryWithout' as const, trial: tryWithout(lists, rule.path) } : null,
  ].flatMap((each) => (each?.trial ? [{ key: each.key, trial: each.trial }] : []))
  if (trials.length === 0) return null
  return (
    <section>
      <h3 className="mb-1.5 text-xs font-medium">{t('explainer.tools.try')}</h3>
      <div className="flex flex-wrap gap-2">
        {trials.map(({ key, trial }) => (
          <button
            key={key}
            type="button"
            className="btn"
            onClick={() => props.change({ part: 'change', try: writeTrial(trial) })}
          >
            {t(`explainer.tools.${key}`)}
          </button>
        ))}
      </div>
    </section>
  )
}

const ruleOf = ({ steps, decidedBy }: ToolVerdict) => steps.find(({ step }) => step === decidedBy)?.by ?? null
