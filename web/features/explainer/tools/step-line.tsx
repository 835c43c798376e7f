import type { ExplainedStep, ToolVerdict } from '../../../../worker/features/agents/explain/policy/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { RulePath } from '../rule-path.tsx'
import { type Passing, passingOf, type Stage } from './stages.ts'

const marks: Record<Passing, string> = {
  passed: 'border-chart bg-chart',
  off: 'border-line-2 bg-canvas',
  decides: 'border-high bg-high',
  also: 'border-high bg-canvas',
  unknown: 'border-medium bg-canvas',
}
const words: Record<Passing, string> = {
  passed: 'text-ink-2',
  off: 'text-ink-3',
  decides: 'font-medium text-high',
  also: 'text-high',
  unknown: 'text-medium',
}

/** One stage on the way: its number, what it says, the entry that says it, and where that stands. */
export function StepLine(props: { stage: Stage; number: number; tool: ToolVerdict; steps: readonly ExplainedStep[] }) {
  const t = useT()
  const { stage, tool } = props
  const passing = passingOf(tool, stage)
  const step = props.steps.find((each) => each.step === stage)
  const judged = tool.steps.find((each) => each.step === stage)
  const by = stage === 'construction' ? tool.construction.by : (judged?.by ?? null)
  // What passes by a built-in list is the rule, and not worth a line.
  const rule = passing === 'passed' && by?.path === null ? null : by
  return (
    <li className="relative flex gap-3 pb-2.5 last:pb-0">
      <span aria-hidden className="absolute top-4 bottom-0 left-[7px] w-px bg-line-2 [li:last-child>&]:hidden" />
      <span
        aria-hidden
        className={`relative mt-[3px] size-[15px] shrink-0 rounded-full border-2 ${marks[passing]} ${passing === 'decides' ? 'ring-3 ring-high-soft' : ''}`}
      />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline gap-x-2 text-xs">
          <span className="tnum w-5 text-2xs text-ink-3">{props.number === 0 ? 'A' : props.number}</span>
          <span
            title={t(`explainer.step.${stage}.about`)}
            className={passing === 'off' ? 'text-ink-3' : passing === 'decides' ? 'font-semibold' : 'font-medium'}
          >
            {t(`explainer.step.${stage}.name`)}
          </span>
          <span className={words[passing]}>
            <Verdict stage={stage} tool={tool} step={step} />
          </span>
          {passing === 'decides' ? (
            <span className="rounded-sm bg-high-soft px-1 text-2xs text-high">{t('explainer.tools.decides')}</span>
          ) : passing === 'also' ? (
            <span className="text-2xs text-ink-3">{t('explainer.tools.also')}</span>
          ) : null}
        </p>
        {rule ? (
          <p className="mt-0.5 flex flex-wrap items-center gap-x-2 gap-y-0.5 pl-7">
            <code className="font-mono text-2xs">{rule.entry}</code>
            <RulePath path={rule.path} />
          </p>
        ) : passing === 'decides' && step && step.paths.length > 0 ? (
          <p className="mt-0.5 flex flex-wrap gap-x-2 gap-y-0.5 pl-7">
            {step.paths.map((path) => (
              <RulePath key={path} path={path} />
            ))}
          </p>
        ) : null}
        {passing === 'decides' && step ? (
          <p className="mt-0.5 pl-7 text-2xs text-ink-3">
            {t('explainer.tools.log')} <code className="font-mono">{step.label}</code>
          </p>
        ) : null}
      </div>
    </li>
  )
}

function Verdict({ stage, tool, step }: { stage: Stage; tool: ToolVerdict; step: ExplainedStep | undefined }) {
  const t = useT()
  if (stage === 'construction') {
    const { reason, state } = tool.construction
    return reason ? t(`explainer.construction.${reason}`) : t(`explainer.built.${state}`)
  }
  const verdict = tool.steps.find((each) => each.step === stage)?.verdict
  if (verdict) return t(`explainer.verdict.${verdict}`)
  return step?.off ? t(`explainer.off.${step.off}`) : null
}
