import type { ChangedJob } from '../../../worker/features/cron/contract.ts'
import type { T } from '../../i18n/use-t.ts'

/** What became of what somebody just ordered. */
export const changedText = (t: T, { change }: ChangedJob): string => {
  if (change === null) return t('cron.told.nothing')
  if (change.state === 'waiting') return t('cron.told.waiting')
  if (change.state === 'conflict') return t('cron.told.conflict')
  if (change.state === 'sent') return t('cron.told.sent')
  if (change.state === 'applied') return t(`cron.told.applied.${change.kind}`)
  return t('cron.told.failed')
}
