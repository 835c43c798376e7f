import { Question } from '../../../web/features/artifacts/open/messages.ts'
import { packageHost } from '../../../web/features/artifacts/open/package-host.ts'
import { acting } from './acting.ts'

/** The same host as in the browser, beside the page and not in a thread of its own. */
export class NearWorker extends EventTarget {
  static ended = 0
  #answer = packageHost((data) => void this.dispatchEvent(new MessageEvent('message', { data })))
  postMessage(question: unknown) {
    void this.#answer(Question.parse(question))
  }
  terminate() {
    NearWorker.ended += 1
  }
}

/** Gives a file to the page, as choosing one does. */
export const chooseFile = (bytes: Uint8Array<ArrayBuffer>, name = 'gateway.cbpkg') =>
  acting(() => {
    const input = document.querySelector<HTMLInputElement>('input[type=file]')
    if (!input) throw new Error('nowhere to choose a file')
    Object.defineProperty(input, 'files', { value: [new File([bytes], name)], configurable: true })
    input.dispatchEvent(new Event('change', { bubbles: true }))
  })
