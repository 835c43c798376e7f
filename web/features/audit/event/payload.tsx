import { useT } from '../../../i18n/use-t.ts'
import { visible } from '../../../ui/command.tsx'

/** What masking leaves in a place: the class and the pseudonym of what stood there. */
const masked = /(‹[a-z0-9-]{1,40}(?::[0-9a-z]{10})?›)/

/** A payload as indented JSON. What was masked before it was stored is marked; hidden characters are made visible. */
export function Payload({ payload }: { payload: Record<string, unknown> }) {
  const t = useT()
  const text = JSON.stringify(payload, null, 2)
  if (text === '{}') return <p className="border-y border-line py-3 text-ink-2">{t('audit.event.noPayload')}</p>
  const pieces = text.split(masked)
  return (
    <>
      <pre className="rounded-md border border-line bg-surface px-3.5 py-3 font-mono text-2xs leading-relaxed wrap-anywhere whitespace-pre-wrap">
        {piecesWithPlace(pieces).map(({ piece, at, isMasked }) =>
          isMasked ? (
            <mark key={at} className="rounded-sm bg-accent-soft px-0.5 text-accent">
              {piece}
            </mark>
          ) : (
            <span key={at}>{visible(piece)}</span>
          ),
        )}
      </pre>
      {'cutPayload' in payload ? <p className="mt-2 text-2xs text-ink-2">{t('audit.event.cut')}</p> : null}
      {pieces.length > 1 ? <p className="mt-2 text-2xs text-ink-2">{t('audit.event.masked')}</p> : null}
    </>
  )
}

/** Splitting at a group puts every second piece where a placeholder stood. */
const piecesWithPlace = (pieces: readonly string[]) => {
  let at = 0
  return pieces.map((piece, index) => {
    const placed = { piece, at, isMasked: index % 2 === 1 }
    at += piece.length
    return placed
  })
}
