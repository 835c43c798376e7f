import type { Setting } from '../../../worker/features/agents/explain/settings/contract.ts'
import { useT } from '../../i18n/use-t.ts'

type Layer = Setting['layer']
/** The nearer to the agent, the stronger. */
const tones: Record<Layer, string> = {
  agent: 'border-accent bg-accent-soft text-accent',
  defaults: 'border-line-2 text-ink',
  global: 'border-line-2 text-ink',
  gateway: 'border-dashed border-line-2 text-ink-2',
  builtIn: 'border-dashed border-line-2 text-ink-3',
}

export function LayerTag({ layer }: { layer: Layer }) {
  const t = useT()
  return (
    <span
      className={`inline-flex h-5 shrink-0 items-center rounded-sm border px-1.5 text-2xs whitespace-nowrap ${tones[layer]}`}
    >
      {t(`explainer.layer.${layer}`)}
    </span>
  )
}

/** A value of a configuration as short as it can be read. */
export const valueText = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))
