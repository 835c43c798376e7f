import { acting } from './acting.ts'

type Typed = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement
const isTyped = (element: Element | null | undefined): element is Typed =>
  element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement

/** The field with this label, or null while there is none. */
export const field = (label: string): Typed | null => {
  const named = [...document.querySelectorAll('label')].find((one) => one.textContent?.trim() === label)
  const element = named && document.getElementById(named.htmlFor)
  return isTyped(element) ? element : null
}

/** Puts a value into the field with this label, as typing or choosing does. */
export const fill = (label: string, value: string) =>
  acting(() => {
    const element = field(label)
    if (!element) throw new Error(`no field ${label}`)
    const prototype: object = Object.getPrototypeOf(element)
    Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(element, value)
    element.dispatchEvent(new Event(element instanceof HTMLSelectElement ? 'change' : 'input', { bubbles: true }))
  })

/** Sends the form that the field with this label stands in. */
export const submit = (label: string) =>
  acting(() => {
    field(label)?.form?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }))
  })
