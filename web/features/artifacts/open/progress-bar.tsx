/** How far something is, as a share of 1; `label` says what. */
export function ProgressBar({ share, label }: { share: number; label: string }) {
  return (
    <div className="h-1.5 overflow-hidden rounded-full bg-line">
      <progress className="sr-only" aria-label={label} max={1} value={share} />
      <div aria-hidden className="h-full bg-accent" style={{ width: `${share * 100}%` }} />
    </div>
  )
}
