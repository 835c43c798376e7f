import { type ComponentProps, type ReactNode, useId } from 'react'

type Shared = { label: string; hint?: ReactNode; error?: string | undefined }

/** A labelled input whose hint and error are tied to it for screen readers. */
export function Field({ label, hint, error, ...input }: Shared & ComponentProps<'input'>) {
  const id = useId()
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ')
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-xs font-medium">
        {label}
      </label>
      <input
        {...input}
        id={id}
        className={`field ${input.className ?? ''}`}
        aria-invalid={error ? true : undefined}
        aria-describedby={described || undefined}
      />
      <Below id={id} hint={hint} error={error} />
    </div>
  )
}

export function SelectField({ label, hint, error, children, ...select }: Shared & ComponentProps<'select'>) {
  const id = useId()
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-xs font-medium">
        {label}
      </label>
      <select {...select} id={id} className={`field ${select.className ?? ''}`}>
        {children}
      </select>
      <Below id={id} hint={hint} error={error} />
    </div>
  )
}

function Below({ id, hint, error }: { id: string; hint?: ReactNode; error?: string | undefined }) {
  return (
    <>
      {hint ? (
        <p id={`${id}-hint`} className="mt-1 text-2xs text-ink-2">
          {hint}
        </p>
      ) : null}
      {error ? (
        <p id={`${id}-error`} role="alert" className="mt-1 text-2xs text-critical">
          {error}
        </p>
      ) : null}
    </>
  )
}

/** A compact select for filter bars: its label is heard, not seen. */
export function Filter({ label, children, ...select }: { label: string } & ComponentProps<'select'>) {
  return (
    <select
      {...select}
      aria-label={label}
      className="h-8 max-w-full rounded-md border border-field bg-surface px-2 text-xs text-ink max-md:h-11 max-md:min-w-[30%] max-md:flex-1 max-md:text-sm"
    >
      {children}
    </select>
  )
}
