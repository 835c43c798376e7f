import { ApiError } from '../../api-error.ts'

/** What the server found wrong with a list of rules, each at the rule it is about; `names` in the order of the list. */
export function Faults({ error, names }: { error: unknown; names: readonly string[] }) {
  if (!(error instanceof ApiError) || error.fields.length === 0) return null
  return (
    <ul className="mt-2 space-y-1 text-2xs">
      {error.fields.map(({ path, message }) => {
        const steps = path.split(/[./]/).filter(Boolean)
        const at = steps.indexOf('rules') + 1
        return (
          <li key={`${path} ${message}`}>
            <span className="font-medium">{names[Number(steps[at])] ?? path}</span>{' '}
            <code className="font-mono text-ink-2">{steps.slice(at + 1).join('.')}</code>{' '}
            <span lang="en">{message}</span>
          </li>
        )
      })}
    </ul>
  )
}
