import { Menu as Base } from '@base-ui/react/menu'
import { Check } from 'lucide-react'
import type { ReactNode } from 'react'

/** A menu under a button; `trigger` is the button's content. */
export function Menu(props: {
  trigger: ReactNode
  /** Names an icon; a trigger with words of its own needs none. */
  label?: string
  className: string
  align?: 'start' | 'end'
  side?: 'top' | 'bottom'
  children: ReactNode
}) {
  return (
    <Base.Root>
      <Base.Trigger className={props.className} aria-label={props.label}>
        {props.trigger}
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner
          sideOffset={6}
          align={props.align ?? 'start'}
          side={props.side ?? 'bottom'}
          className="z-50 outline-none"
        >
          <Base.Popup className="overlay max-h-[70dvh] min-w-52 overflow-y-auto p-1.5 outline-none transition-opacity duration-120 data-[ending-style]:opacity-0 data-[starting-style]:opacity-0">
            {props.children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

export function MenuItem(props: { onClick: () => void; icon?: ReactNode; checked?: boolean; children: ReactNode }) {
  return (
    <Base.Item
      onClick={props.onClick}
      className="flex h-9 items-center gap-2.5 rounded-md px-2.5 text-sm outline-none select-none data-[highlighted]:bg-sunken max-md:h-11"
    >
      {props.icon ? <span className="text-ink-2">{props.icon}</span> : null}
      <span className="min-w-0 flex-1 truncate">{props.children}</span>
      {props.checked ? <Check size={15} className="text-accent" aria-hidden /> : null}
    </Base.Item>
  )
}

export const MenuDivider = () => <Base.Separator className="my-1.5 h-px bg-line" />

export function MenuGroup({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Base.Group>
      <Base.GroupLabel className="px-2.5 py-1 text-2xs text-ink-2">{label}</Base.GroupLabel>
      {children}
    </Base.Group>
  )
}
