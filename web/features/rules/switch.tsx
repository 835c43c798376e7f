/** On or off, at once. Its place says it; colour only repeats it. A plain button, because a list may have a thousand. */
export const Switch = (props: {
  checked: boolean
  onChange: (checked: boolean) => void
  label: string
  disabled?: boolean
}) => (
  <button
    type="button"
    role="switch"
    aria-checked={props.checked}
    aria-label={props.label}
    disabled={props.disabled}
    onClick={() => props.onChange(!props.checked)}
    className="relative inline-flex h-5 w-9 shrink-0 items-center rounded-full border border-field bg-sunken transition-colors duration-150 before:absolute before:-inset-3 before:content-[''] disabled:opacity-55 aria-checked:border-accent aria-checked:bg-accent"
  >
    <span
      aria-hidden
      className={`block size-3.5 rounded-full transition-transform duration-150 ${props.checked ? 'translate-x-[18px] bg-accent-ink' : 'translate-x-0.5 bg-ink-2'}`}
    />
  </button>
)
