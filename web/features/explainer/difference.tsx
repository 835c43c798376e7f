import { useLocale } from 'use-intl'
import type { ExplainedDifference } from '../../../worker/features/agents/explain/api/contract.ts'
import type { Explanation } from '../../../worker/features/agents/explain/contract.ts'
import { number } from '../../format.ts'
import type { T } from '../../i18n/use-t.ts'
import { useT } from '../../i18n/use-t.ts'
import { FindingText } from './findings.tsx'
import { LayerTag, valueText } from './layer-tag.tsx'
import type { Stage } from './tools/stages.ts'

const stageName = (t: T, stage: Stage | null): string =>
  stage === null ? t('explainer.diff.nothing') : t(`explainer.step.${stage}.name`)

const isEmpty = (difference: ExplainedDifference): boolean =>
  [difference.gained, difference.lost, difference.moved, difference.settings].every((list) => list.length === 0) &&
  difference.findings.appeared.length === 0 &&
  difference.findings.gone.length === 0 &&
  difference.models === null

/** What is another one between two explanations: tools first, then findings, models and settings. */
export function Difference(props: {
  difference: ExplainedDifference
  /** Of two agents, in place of before and after. */
  names?: readonly [string, string]
  /** What it would come to, for tools of which nobody knows whether they would be built. */
  after?: Explanation
}) {
  const { difference, names } = props
  const t = useT()
  if (isEmpty(difference))
    return <p className="border-y border-line py-6 text-center text-ink-2">{t('explainer.diff.none')}</p>
  const { gained, lost, moved, models, settings, findings } = difference
  const unbuilt = props.after?.tools.filter(({ outcome }) => outcome === 'possible') ?? []
  const possible = new Set(unbuilt.map(({ name }) => name))
  return (
    <div className="space-y-6">
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <Tools kind="lost" tools={lost} whose={names?.[0]} />
        <Tools kind="gained" tools={gained} whose={names?.[1]} possible={possible} />
      </div>
      <div className="grid gap-4 sm:grid-cols-2 empty:hidden">
        {names ? (
          names.map((name, index) => (
            <FindingList
              key={index === 0 ? 'one' : 'other'}
              title={t('explainer.compared.findingsOf', { name })}
              findings={index === 0 ? findings.gone : findings.appeared}
              tone="text-high"
            />
          ))
        ) : (
          <>
            <FindingList title={t('explainer.diff.appeared')} findings={findings.appeared} tone="text-high" />
            <FindingList title={t('explainer.diff.gone')} findings={findings.gone} tone="text-low" />
          </>
        )}
      </div>
      {models ? (
        <section>
          <h3 className="mb-1 text-xs font-medium">{t('explainer.diff.models')}</h3>
          {names ? (
            [models.before, models.after].map((chain, index) => (
              <p key={index === 0 ? 'one' : 'other'} className="text-xs">
                {names[index]} <span className="font-mono">{chain.join(' → ')}</span>
              </p>
            ))
          ) : (
            <>
              <p className="font-mono text-xs text-ink-3">
                <del>{models.before.join(' → ')}</del>
              </p>
              <p className="font-mono text-xs">{models.after.join(' → ')}</p>
            </>
          )}
        </section>
      ) : null}
      {moved.length > 0 ? (
        <section>
          <h3 className="mb-1 text-xs font-medium">{t('explainer.diff.moved')}</h3>
          <ul className="hairlines">
            {moved.map(({ name, before, after }) => (
              <li key={name} className="flex flex-wrap gap-x-3 py-1 text-xs">
                <code className="w-44 font-mono break-all">{name}</code>
                <span className="text-ink-2">
                  {stageName(t, before)} → {stageName(t, after)}
                </span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {settings.length > 0 ? <SettingChanges settings={settings} isChange={names === undefined} /> : null}
    </div>
  )
}

/** `whose`: of two agents, the one that alone has them. */
function Tools(props: {
  kind: 'gained' | 'lost'
  tools: ExplainedDifference['gained']
  whose?: string | undefined
  possible?: ReadonlySet<string>
}) {
  const t = useT()
  const locale = useLocale()
  const { kind, tools } = props
  const count = number(locale, tools.length)
  const isNeutral = props.whose !== undefined
  const tone = isNeutral
    ? 'border-line-2'
    : kind === 'gained'
      ? 'border-low/40 text-low'
      : 'border-critical/40 text-critical'
  return (
    <section className={`rounded-lg border bg-surface p-3 ${tools.length > 0 ? tone : 'border-line text-ink-3'}`}>
      <h3 className="text-sm font-semibold">
        {props.whose !== undefined
          ? t('explainer.compared.only', { name: props.whose, count })
          : kind === 'gained'
            ? t('explainer.diff.gained', { count })
            : t('explainer.diff.lost', { count })}
      </h3>
      <ul className="mt-1.5 space-y-1">
        {tools.map(({ name, decidedBy }) => (
          <li key={name} className="flex flex-wrap items-baseline gap-x-2">
            <code className="font-mono text-xs break-all">
              {isNeutral ? '' : kind === 'gained' ? '+ ' : '− '}
              {name}
            </code>
            {props.possible?.has(name) ? (
              <span className="text-2xs text-medium">{t('explainer.diff.perhaps')}</span>
            ) : null}
            {decidedBy ? (
              <span className="text-2xs text-ink-2">
                {isNeutral
                  ? t('explainer.compared.withheldThere', { step: stageName(t, decidedBy) })
                  : kind === 'gained'
                    ? t('explainer.diff.was', { step: stageName(t, decidedBy) })
                    : t('explainer.diff.now', { step: stageName(t, decidedBy) })}
              </span>
            ) : null}
          </li>
        ))}
      </ul>
      {tools.length === 0 && !isNeutral ? <p className="text-2xs">{t('explainer.diff.noTools')}</p> : null}
    </section>
  )
}

function FindingList(props: { title: string; findings: ExplainedDifference['findings']['appeared']; tone: string }) {
  if (props.findings.length === 0) return null
  return (
    <section>
      <h3 className={`mb-1 text-xs font-medium ${props.tone}`}>{props.title}</h3>
      <ul className="hairlines">
        {props.findings.map((finding) => (
          <li key={JSON.stringify(finding)} className="py-1.5 text-xs">
            <FindingText finding={finding} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function SettingChanges(props: { settings: ExplainedDifference['settings']; isChange: boolean }) {
  const t = useT()
  return (
    <section>
      <h3 className="mb-1 text-xs font-medium">{t('explainer.diff.settings')}</h3>
      <ul className="hairlines">
        {props.settings.map(({ name, before, after }) => (
          <li
            key={name}
            className="calm grid gap-x-4 gap-y-0.5 py-1.5 md:grid-cols-[minmax(140px,1fr)_minmax(0,1.4fr)_minmax(0,1.4fr)]"
          >
            <code className="font-mono text-xs break-all">{name}</code>
            {[before, after].map((side, index) => (
              <span key={index === 0 ? 'before' : 'after'} className="flex min-w-0 flex-wrap items-center gap-1.5">
                {side ? (
                  <>
                    <LayerTag layer={side.layer} />
                    <span
                      className={`line-clamp-3 font-mono text-2xs break-all ${props.isChange && index === 0 ? 'text-ink-3' : ''}`}
                    >
                      {valueText(side.value)}
                    </span>
                  </>
                ) : (
                  <span className="text-2xs text-ink-3">{t('explainer.diff.unset')}</span>
                )}
              </span>
            ))}
          </li>
        ))}
      </ul>
    </section>
  )
}
