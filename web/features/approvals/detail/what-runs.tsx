import type { Approval } from '../../../../worker/features/approvals/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { CommandText, visible } from '../../../ui/command.tsx'
import { Copy } from '../../../ui/copy.tsx'
import { Part } from './part.tsx'

const box =
  'rounded-md border border-line bg-sunken px-3.5 py-3 font-mono text-xs leading-relaxed break-words whitespace-pre-wrap'

/** Exactly what will run, letter by letter: the command, what the tool is given, and what the gateway warned of. */
export function WhatRuns({ approval }: { approval: Approval }) {
  const t = useT()
  const { command, arguments: given, action, warnings } = approval
  return (
    <>
      <Part
        title={t(approval.state === 'pending' ? 'approvals.willRun' : 'approvals.wasAsked')}
        aside={
          <>
            <code className="truncate font-mono text-2xs text-ink-2">{action}</code>
            <Copy text={command || JSON.stringify(given, null, 2)} what={t('approvals.command')} />
          </>
        }
      >
        {command ? (
          <pre className={box}>
            <CommandText command={command} reasons={approval.riskReasons} />
          </pre>
        ) : null}
        {given ? (
          <>
            {command ? <p className="mt-3 mb-1.5 text-xs text-ink-2">{t('approvals.arguments')}</p> : null}
            <pre className={box}>
              <Json value={given} />
            </pre>
          </>
        ) : null}
        {!command && !given ? <p className="text-ink-2">{t('approvals.noArguments')}</p> : null}
      </Part>
      {warnings.length > 0 ? (
        <ul className="mt-3 space-y-1.5">
          {warnings.map((warning) => (
            <li key={warning} className="rounded-md bg-high-soft px-3.5 py-2 text-xs break-words text-high">
              {warning}
            </li>
          ))}
        </ul>
      ) : null}
    </>
  )
}

/** JSON as it is read: names quieter than values. */
function Json({ value }: { value: unknown }) {
  const lines = visible(JSON.stringify(value, null, 2)).matchAll(/(\s*)("(?:[^"\\]|\\.)*": )?(.*\n?)/gy)
  return [...lines].map(({ index, 1: indent, 2: name, 3: rest }) => (
    <span key={index}>
      {indent}
      {name ? <span className="text-ink-2">{name}</span> : null}
      {rest}
    </span>
  ))
}
