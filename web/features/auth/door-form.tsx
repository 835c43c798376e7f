import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTitle } from '../../ui/page.tsx'

/** Title, explanation, form: how every page in front of the sign-in is built. */
export function DoorForm(props: { title: string; lead?: ReactNode; children?: ReactNode; foot?: ReactNode }) {
  useTitle(props.title)
  return (
    <>
      <h1 className="text-2xl font-semibold text-balance">{props.title}</h1>
      {props.lead ? <div className="mt-1.5 text-ink-2">{props.lead}</div> : null}
      <div className="mt-6 space-y-4">{props.children}</div>
      {props.foot ? <div className="mt-6 text-xs text-ink-2">{props.foot}</div> : null}
    </>
  )
}

export const Submit = ({ children, busy }: { children: ReactNode; busy: boolean }) => (
  <button type="submit" className="btn btn-primary w-full text-sm md:h-10" disabled={busy} aria-busy={busy}>
    {children}
  </button>
)

export const BackToSignIn = ({ children }: { children: ReactNode }) => (
  <Link to="/sign-in" className="link">
    {children}
  </Link>
)
