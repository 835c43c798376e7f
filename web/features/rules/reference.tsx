import { useState } from 'react'
import { conditionFunctions, conditionVariables } from '../../../worker/features/rules/condition/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { ConditionText } from './condition-text.tsx'
import { functionText, variableText } from './reference-text.ts'
import { templates } from './templates.ts'

const tabs = ['templates', 'variables', 'functions'] as const
type Tab = (typeof tabs)[number]

/** What a condition may look at and call; a click writes it where the cursor stands. */
export function Reference({ insert }: { insert: (text: string, how: 'word' | 'clause') => void }) {
  const t = useT()
  const [tab, setTab] = useState<Tab>('templates')
  return (
    <div className="rounded-md border border-line">
      <div className="flex gap-1 border-b border-line px-1.5 py-1">
        {tabs.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={one === tab}
            onClick={() => setTab(one)}
            className="h-7 rounded-sm px-2 text-2xs text-ink-2 hover:text-ink aria-pressed:bg-sunken aria-pressed:font-medium aria-pressed:text-ink max-md:h-10"
          >
            {t(`rules.reference.${one}`)}
          </button>
        ))}
      </div>
      <ul className="max-h-56 overflow-y-auto py-1" aria-label={t(`rules.reference.${tab}`)}>
        {tab === 'templates'
          ? templates.map(({ id, condition }) => (
              <Entry
                key={id}
                code={condition}
                text={t(`rules.template.${id}`)}
                choose={() => insert(condition, 'clause')}
              />
            ))
          : tab === 'variables'
            ? conditionVariables.map(({ name, type, values }) => (
                <Entry
                  key={name}
                  code={name}
                  text={variableText(t, name)}
                  aside={values ? values.join(' · ') : type}
                  choose={() => insert(name, 'word')}
                />
              ))
            : conditionFunctions.map(({ name, example }) => (
                <Entry
                  key={example}
                  code={example}
                  text={functionText(t, name)}
                  choose={() => insert(example, 'clause')}
                />
              ))}
      </ul>
    </div>
  )
}

const Entry = (props: { code: string; text: string; aside?: string; choose: () => void }) => (
  <li>
    <button
      type="button"
      onClick={props.choose}
      className="flex w-full flex-wrap items-baseline gap-x-3 px-3 py-1.5 text-left text-2xs hover:bg-sunken max-md:min-h-11"
    >
      <code className="font-mono break-all">
        <ConditionText condition={props.code} />
      </code>
      <span className="text-ink-2">{props.text}</span>
      {props.aside ? <code className="ml-auto font-mono text-ink-3">{props.aside}</code> : null}
    </button>
  </li>
)
