import { useSyncExternalStore } from 'react'

const key = 'clawbutler.single-keys'
const listeners = new Set<() => void>()

const areOn = () => {
  try {
    return localStorage.getItem(key) !== 'off'
  } catch {
    return true
  }
}

/** WCAG 2.1.4: shortcuts of a single letter can be turned off. */
export const turnSingleKeys = (on: boolean) => {
  try {
    localStorage.setItem(key, on ? 'on' : 'off')
  } catch {
    // Without storage they stay on.
  }
  for (const listener of listeners) listener()
}

export const useSingleKeys = () =>
  useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  }, areOn)

const typing = 'input, textarea, select, [contenteditable=""], [contenteditable="true"]'

/** True when a key press belongs to something else: a field, a dialog, a menu, or a chord with a modifier. */
export const isTaken = (event: KeyboardEvent) => {
  if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || event.isComposing) return true
  if (document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]')) return true
  return event.target instanceof Element && event.target.closest(typing) !== null
}
