import { ChevronDown, ChevronUp, GripVertical } from 'lucide-react'
import { type DragEvent, memo, type ReactNode } from 'react'
import { useLocale } from 'use-intl'
import { number } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'
import { Chip } from '../../ui/badge.tsx'
import { ConditionText } from './condition-text.tsx'
import type { Item } from './difference.ts'
import { OutcomeText } from './outcome-text.tsx'
import { Switch } from './switch.tsx'

export interface RuleActions {
  open: (key: string) => void
  turn: (item: Item, enabled: boolean) => void
  move: (key: string, to: number) => void
  drag: (event: DragEvent, key: string) => void
  dragEnd: () => void
}

/** One rule of the list: its place, when it applies, what it does. */
export const RuleRow = memo(function RuleRow(props: {
  item: Item
  position: number
  isLast: boolean
  isChanged: boolean
  hits: number | null
  mayWrite: boolean
  actions: RuleActions
}) {
  const t = useT()
  const { item, position, actions } = props
  const { rule, key } = item
  const isIdle = !rule.enabled
  return (
    <div className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-start gap-x-3 py-3 md:grid-cols-[auto_minmax(0,1.5fr)_minmax(0,1fr)_64px_auto] md:gap-x-4">
      <div className="flex items-center gap-0.5">
        {props.mayWrite ? <Handle {...props} /> : null}
        <span className={`tnum w-6 text-right text-xs ${isIdle ? 'text-ink-3' : 'text-ink-2'}`}>{position + 1}</span>
      </div>
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <button
            type="button"
            className={`min-w-0 rounded-sm text-left break-words underline decoration-transparent underline-offset-3 hover:decoration-line-2 max-md:min-h-6 ${isIdle ? 'text-ink-2' : 'font-medium'}`}
            onClick={() => actions.open(key)}
          >
            {rule.name}
          </button>
          {rule.mode === 'shadow' ? <Chip>{t('rules.mode.shadow')}</Chip> : null}
          {isIdle ? <Chip>{t('rules.off')}</Chip> : null}
          {props.isChanged ? (
            <span className="inline-flex items-center gap-1 text-2xs text-medium">
              <span aria-hidden className="size-1.5 rounded-full bg-medium" />
              {t('rules.unsaved')}
            </span>
          ) : null}
        </p>
        <code className="mt-1 line-clamp-2 font-mono text-2xs leading-5 break-words">
          <ConditionText condition={rule.condition.replaceAll(/\s+/g, ' ')} />
        </code>
      </div>
      <div className="min-w-0 text-xs max-md:col-start-2 max-md:row-start-2 max-md:mt-2">
        <OutcomeText outcome={rule.outcome} />
      </div>
      <Hits hits={props.hits} />
      <div className="flex items-center gap-1 max-md:col-start-3 max-md:row-span-2 max-md:row-start-1 max-md:flex-col-reverse max-md:items-end max-md:gap-3">
        {props.mayWrite ? (
          <span className="flex max-md:-mr-2">
            <Step
              label={t('rules.up', { name: rule.name })}
              run={position === 0 ? null : () => actions.move(key, position - 1)}
            >
              <ChevronUp size={16} aria-hidden />
            </Step>
            <Step
              label={t('rules.down', { name: rule.name })}
              run={props.isLast ? null : () => actions.move(key, position + 1)}
            >
              <ChevronDown size={16} aria-hidden />
            </Step>
          </span>
        ) : null}
        <Switch
          checked={rule.enabled}
          disabled={!props.mayWrite}
          onChange={(enabled) => actions.turn(item, enabled)}
          label={t('rules.turn', { name: rule.name })}
        />
      </div>
    </div>
  )
})

const Handle = ({ item, position, actions }: { item: Item; position: number; actions: RuleActions }) => {
  const t = useT()
  return (
    <button
      type="button"
      draggable
      aria-label={t('rules.handle', { name: item.rule.name })}
      className="grid size-7 cursor-grab place-items-center rounded-md text-ink-3 hover:bg-sunken hover:text-ink active:cursor-grabbing max-md:hidden"
      onDragStart={(event) => actions.drag(event, item.key)}
      onDragEnd={actions.dragEnd}
      onKeyDown={(event) => {
        const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
        if (step === undefined) return
        event.preventDefault()
        actions.move(item.key, position + step)
      }}
    >
      <GripVertical size={15} aria-hidden />
    </button>
  )
}

const Step = ({ label, run, children }: { label: string; run: (() => void) | null; children: ReactNode }) => (
  <button
    type="button"
    aria-label={label}
    // Kept in the order of the keyboard at the ends of the list, so that the focus is not lost on the way.
    aria-disabled={run === null}
    className="grid size-7 place-items-center rounded-md text-ink-2 hover:bg-sunken aria-disabled:opacity-35 max-md:size-9"
    onClick={() => run?.()}
  >
    {children}
  </button>
)

function Hits({ hits }: { hits: number | null }) {
  const t = useT()
  const locale = useLocale()
  return (
    <p className="tnum text-right text-xs max-md:col-start-2 max-md:mt-1 max-md:text-left max-md:text-2xs max-md:text-ink-2">
      {hits === null ? (
        <span aria-hidden className="text-ink-3 max-md:hidden">
          {t('rules.unknownHits')}
        </span>
      ) : (
        <>
          <span aria-hidden className="max-md:hidden">
            {number(locale, hits)}
          </span>
          <span className="md:sr-only">{t('rules.hits', { hits: number(locale, hits) })}</span>
        </>
      )}
    </p>
  )
}
