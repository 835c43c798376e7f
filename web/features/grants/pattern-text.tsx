import type { ReactNode } from 'react'
import type { GrantPattern, GrantWord } from '../../../worker/features/grants/contract.ts'
import { useT } from '../../i18n/use-t.ts'

const Exact = ({ children }: { children: ReactNode }) => (
  <code className="rounded-sm bg-sunken px-1 py-px font-mono text-2xs wrap-anywhere text-ink">{children}</code>
)
const Anything = ({ children }: { children: ReactNode }) => (
  <span className="rounded-sm border border-dashed border-field px-1 text-2xs whitespace-nowrap text-ink-2">
    {children}
  </span>
)

/** What a grant covers, as a sentence; whatever may be anything is drawn as a gap. */
export function PatternSentence(props: {
  pattern: GrantPattern
  agentName: string | null
  connectorName: string | null
}) {
  const t = useT()
  const { pattern, agentName, connectorName } = props
  return (
    <span className="leading-relaxed">
      {t.rich('grants.sentence', {
        kind: pattern.source === 'openclaw.exec' ? 'exec' : 'other',
        agent: agentName ?? (pattern.agentId === null ? 'any' : pattern.agentId),
        hasAgent: pattern.agentId === null ? 'no' : 'yes',
        connector: connectorName ?? pattern.connectorId ?? '',
        hasConnector: pattern.connectorId === null ? 'no' : 'yes',
        place: pattern.cwd === null ? 'any' : pattern.cwd.within ? 'within' : 'exact',
        b: (chunks) => <strong className="font-medium">{chunks}</strong>,
        what: () => <PatternCommand pattern={pattern} />,
        cwd: () => <Exact>{pattern.cwd?.path}</Exact>,
      })}
    </span>
  )
}

/** Words have no other identity than their place. */
const placed = (words: readonly GrantWord[]) => words.map((word, at) => ({ place: at + 1, word }))

function PatternCommand({ pattern }: { pattern: GrantPattern }) {
  const t = useT()
  if (pattern.command !== null) return <Exact>{pattern.command}</Exact>
  if (pattern.words !== null)
    return (
      <span className="[&>*]:mr-1">
        {placed(pattern.words.words).map(({ place, word }) =>
          'any' in word ? (
            <Anything key={place}>{t('grants.anyWord')}</Anything>
          ) : (
            <Exact key={place}>{word.exact}</Exact>
          ),
        )}
        {pattern.words.more ? <Anything>{t('grants.moreWords')}</Anything> : null}
      </span>
    )
  return (
    <span className="[&>*]:mr-1">
      <Exact>{pattern.action}</Exact>
      {pattern.arguments === null ? (
        <Anything>{t('grants.anyArguments')}</Anything>
      ) : (
        Object.entries(pattern.arguments).map(([name, value]) => (
          <Exact key={name}>{`${name}=${JSON.stringify(value)}`}</Exact>
        ))
      )}
    </span>
  )
}
