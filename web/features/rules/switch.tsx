import { Switch as Base } from '@base-ui/react/switch'

/** On or off, at once. Its place says it; colour only repeats it. */
export const Switch = (props: {
  checked: boolean
  onChange: (checked: boolean) => void
  label: string
  disabled?: boolean
}) => (
  <Base.Root
    checked={props.checked}
    onCheckedChange={props.onChange}
    disabled={props.disabled ?? false}
    aria-label={props.label}
    className="relative inline-flex h-5 w-9 shrink-0 items-center rounded-full border border-field bg-sunken transition-colors duration-150 before:absolute before:-inset-3 before:content-[''] data-[checked]:border-accent data-[checked]:bg-accent data-[disabled]:opacity-55"
  >
    <Base.Thumb className="block size-3.5 translate-x-0.5 rounded-full bg-ink-2 transition-transform duration-150 data-[checked]:translate-x-[18px] data-[checked]:bg-accent-ink" />
  </Base.Root>
)
