import type { KillOrder } from '../../../worker/features/kill-switch/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { Dot, type Tone } from '../../ui/badge.tsx'

const tones: Record<KillOrder['state'], Tone> = {
  stopping: 'busy',
  stopped: 'good',
  incomplete: 'bad',
  broken: 'bad',
  recovering: 'busy',
  recovered: 'off',
}

/** Green only when every gateway showed it. */
export function OrderState({ state }: { state: KillOrder['state'] }) {
  const t = useT()
  return <Dot tone={tones[state]}>{t(`kill.state.${state}`)}</Dot>
}
