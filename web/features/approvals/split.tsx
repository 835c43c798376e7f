import type { ReactNode } from 'react'

/** List beside detail; on a phone one of the two, depending on whether something is open. */
export function Split(props: { list: ReactNode; detail: ReactNode; open: boolean; detailName: string }) {
  return (
    <div className="grid h-full grid-rows-[minmax(0,1fr)] md:grid-cols-[minmax(320px,400px)_1fr]">
      <div className={`flex min-h-0 min-w-0 flex-col border-line md:border-r ${props.open ? 'max-md:hidden' : ''}`}>
        {props.list}
      </div>
      <section
        aria-label={props.detailName}
        className={`flex min-h-0 min-w-0 flex-col bg-surface ${props.open ? '' : 'max-md:hidden'}`}
      >
        {props.detail}
      </section>
    </div>
  )
}
