import type { Explanation } from '../../../../worker/features/agents/explain/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Dot } from '../../../ui/badge.tsx'
import { Section } from '../../../ui/page.tsx'
import { Note } from '../../../ui/state.tsx'
import { KnownFacts } from './known-facts.tsx'

/** How often an agent wakes by itself, and what each turn carries: that is what it costs. */
export function Heartbeat({ heartbeat }: { heartbeat: Explanation['heartbeat'] }) {
  const t = useT()
  const { enrolled, carries } = heartbeat
  const load = carries.length === 2 ? 'both' : (carries[0] ?? 'neither')
  return (
    <Section title={t('explainer.heartbeat.title')}>
      {enrolled ? (
        <div className="mb-3 space-y-1.5">
          <p>
            <Dot tone={carries.length === 0 ? 'good' : 'warn'}>
              {t('explainer.heartbeat.perDay', { count: heartbeat.perDay })}
            </Dot>
          </p>
          <p className="text-xs text-ink-2">{t(`explainer.heartbeat.carries.${load}`)}</p>
          {carries.length === 2 ? <Note>{t('explainer.heartbeat.guard')}</Note> : null}
        </div>
      ) : (
        <p className="mb-3">
          <Dot tone="off">{t('explainer.heartbeat.off')}</Dot>
        </p>
      )}
      <KnownFacts facts={heartbeat.facts} />
    </Section>
  )
}
