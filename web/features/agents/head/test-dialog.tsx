import { useQuery } from '@tanstack/react-query'
import { CircleCheck, CircleMinus, CircleX, TriangleAlert } from 'lucide-react'
import { useLocale } from 'use-intl'
import { type Agent, AgentTest } from '../../../../worker/features/agents/contract.ts'
import { request } from '../../../api.ts'
import { duration } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Dialog, DialogActions } from '../../../ui/dialog.tsx'
import { Skeleton, Trouble } from '../../../ui/state.tsx'

const looks = {
  pass: { Icon: CircleCheck, tone: 'text-low' },
  warn: { Icon: TriangleAlert, tone: 'text-medium' },
  fail: { Icon: CircleX, tone: 'text-critical' },
  skip: { Icon: CircleMinus, tone: 'text-ink-3' },
}

/** Walks to the agent step by step when it is opened, and says how far it goes. */
export function TestDialog({ agent, open, close }: { agent: Agent; open: boolean; close: () => void }) {
  const t = useT()
  const locale = useLocale()
  const test = useQuery({
    queryKey: ['agent-test', agent.id],
    queryFn: () => request(AgentTest, `/agents/${agent.id}/test`, { method: 'POST', body: {} }),
    enabled: open,
    gcTime: 0,
    retry: false,
  })
  return (
    <Dialog open={open} onOpenChange={(next) => !next && close()} title={t('agent.test.title', { name: agent.name })}>
      <div className="mt-3">
        {test.isFetching ? (
          <Skeleton rows={5} height={40} />
        ) : test.data ? (
          <>
            <p role="status" className="mb-2 text-xs text-ink-2">
              {test.data.ok ? t('agent.test.passed') : t('agent.test.failed')}
            </p>
            <ol className="hairlines">
              {test.data.steps.map((step) => {
                const { Icon, tone } = looks[step.outcome]
                return (
                  <li key={step.name} className="flex gap-3 py-2">
                    <Icon
                      size={16}
                      className={`mt-0.5 shrink-0 ${tone}`}
                      role="img"
                      aria-label={t(`agent.test.outcome.${step.outcome}`)}
                    />
                    <div className="min-w-0 flex-1">
                      <p>{t(`agent.test.step.${step.name}`)}</p>
                      {step.detail ? <p className="text-2xs break-words text-ink-2">{step.detail}</p> : null}
                    </div>
                    <span className="tnum text-2xs text-ink-2">
                      {step.outcome === 'skip' ? '' : duration(locale, step.durationMs)}
                    </span>
                  </li>
                )
              })}
            </ol>
          </>
        ) : (
          <Trouble error={test.error} />
        )}
      </div>
      <DialogActions>
        <button type="button" className="btn" disabled={test.isFetching} onClick={() => void test.refetch()}>
          {t('agent.test.again')}
        </button>
        <button type="button" className="btn btn-primary" onClick={close}>
          {t('action.close')}
        </button>
      </DialogActions>
    </Dialog>
  )
}
