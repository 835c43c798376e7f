import { type ReactNode, useEffect } from 'react'

export const useTitle = (title: string) => {
  useEffect(() => {
    document.title = `${title} · ClawButler`
  }, [title])
}

/** A page's frame: its one h1, what can be done here, and the content below. */
export function Page(props: {
  title: string
  lead?: ReactNode
  actions?: ReactNode
  children: ReactNode
  wide?: boolean
}) {
  useTitle(props.title)
  return (
    <div className={`mx-auto px-4 py-5 md:px-8 md:py-6 ${props.wide === false ? 'max-w-[860px]' : 'max-w-[1280px]'}`}>
      <header className="mb-5 flex flex-wrap items-center gap-x-4 gap-y-1">
        <h1 className="min-w-0 grow text-xl font-semibold break-words">{props.title}</h1>
        {props.actions ? <div className="flex flex-wrap gap-2">{props.actions}</div> : null}
        {props.lead ? <div className="basis-full text-xs text-ink-2">{props.lead}</div> : null}
      </header>
      {props.children}
    </div>
  )
}

export function Section(props: { title: string; aside?: ReactNode; children: ReactNode; className?: string }) {
  return (
    <section className={props.className}>
      <div className="mb-2.5 flex items-center gap-3">
        <h2 className="flex-1 font-medium">{props.title}</h2>
        {props.aside}
      </div>
      {props.children}
    </section>
  )
}

/** Facts in two columns of label and value. */
export function Facts({ children }: { children: ReactNode }) {
  return (
    <dl className="grid grid-cols-[minmax(88px,auto)_1fr] gap-x-5 gap-y-2.5 border-y border-line py-4 sm:grid-cols-[auto_1fr_auto_1fr] sm:gap-x-6">
      {children}
    </dl>
  )
}

export function Fact({ name, children, full }: { name: string; children: ReactNode; full?: boolean }) {
  return (
    <>
      <dt className="text-xs leading-[1.375rem] text-ink-2">{name}</dt>
      <dd className={`min-w-0 break-words ${full ? 'sm:col-span-3' : ''}`}>{children}</dd>
    </>
  )
}

export const Mono = ({ children }: { children: ReactNode }) => (
  <code className="font-mono text-2xs break-all">{children}</code>
)
