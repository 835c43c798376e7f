import { ApiError } from '../../../api-error.ts'

/** What the gateway said against it, in its own words, at its paths. */
export function IssueList({ error }: { error: unknown }) {
  if (!(error instanceof ApiError)) return null
  if (error.fields.length === 0)
    return error.status === 409 || error.status === 503 ? (
      <p className="font-mono text-2xs break-words text-ink-2">{error.message}</p>
    ) : null
  return (
    <ul className="hairlines text-xs">
      {error.fields.map(({ path, message }) => (
        <li key={`${path} ${message}`} className="py-2">
          <code className="font-mono text-2xs break-all text-ink-2">{path}</code>
          <p className="break-words text-critical">{message}</p>
        </li>
      ))}
    </ul>
  )
}
