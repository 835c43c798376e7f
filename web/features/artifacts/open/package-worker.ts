import { Question } from './messages.ts'
import { packageHost } from './package-host.ts'

/** Runs beside the page: making a key takes a second of hard work. */
const answer = packageHost((message) => self.postMessage(message))
self.addEventListener('message', ({ data }: MessageEvent<unknown>) => void answer(Question.parse(data)))
