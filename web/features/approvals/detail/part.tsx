import type { ReactNode } from 'react'

/** One section of the detail: its heading, what stands beside the heading, and the section itself. */
export function Part({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className="mt-7">
      <div className="mb-2 flex min-h-6 items-center gap-2">
        <h3 className="flex-1 font-medium">{title}</h3>
        {aside}
      </div>
      {children}
    </section>
  )
}
