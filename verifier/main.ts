import { type Report, verifyExport } from '../tlog/export/verify.ts'
import type { Witnessed } from '../tlog/export/witnessed.ts'
import { type NoteKey, parseVerifierKey, signatureTypes } from '../tlog/note.ts'
import { linesOf } from './lines.ts'
import { keepPolicy, keptPolicy } from './policy.ts'
import { type Words, wordsOf } from './words.ts'

type Child = Node | string
const element = (name: string, attributes: Record<string, string> = {}, ...children: Child[]): HTMLElement => {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  made.append(...children)
  return made
}

const factsOf = (facts: [string, string][]) =>
  element('dl', {}, ...facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]))

const headlineOf = (words: Words, { ok }: Report, keysGiven: boolean): string => {
  if (!ok) return words.bad
  return keysGiven ? words.good : words.consistent
}

const witnessesOf = (words: Words, { size, by }: Witnessed): string =>
  by.length === 0 ? words.nobody : words.witnessedTo(by.map(({ witness }) => witness).join(', '), size)

const resultOf = (words: Words, report: Report, keysGiven: boolean): HTMLElement =>
  element(
    'section',
    { 'aria-live': 'polite' },
    element('h2', { class: report.ok ? 'good' : 'bad' }, headlineOf(words, report, keysGiven)),
    factsOf([
      [words.log, report.origin ?? '–'],
      [words.events, String(report.events)],
      [words.erased, String(report.erased)],
      [words.signedBy, report.signedBy.join(', ') || words.nobody],
      ...(report.witnessed
        ? [[words.witnessedBy, witnessesOf(words, report.witnessed)] satisfies [string, string]]
        : []),
      [words.keysFrom, keysGiven ? words.given : words.own],
    ]),
    ...(report.faults.length === 0
      ? []
      : [
          element(
            'table',
            {},
            element('thead', {}, element('tr', {}, element('th', {}, words.where), element('th', {}, words.what))),
            element(
              'tbody',
              {},
              ...report.faults.map(({ kind, seq, detail }) =>
                element(
                  'tr',
                  {},
                  element('td', {}, seq === null ? words.whole : String(seq)),
                  element('td', {}, words.faults[kind], element('br'), element('small', {}, detail)),
                ),
              ),
            ),
          ),
        ]),
  )

const show = (language: string): void => {
  const words = wordsOf(language)
  document.documentElement.lang = language.startsWith('zh') ? 'zh-CN' : 'en'
  document.title = `ClawButler · ${words.title}`
  const result = element('div')
  const kept = keptPolicy()
  const keys = element('textarea', { id: 'keys', spellcheck: 'false', 'aria-describedby': 'keys-hint' }, kept.keys)
  const quorum = element('input', { id: 'quorum', inputmode: 'numeric', size: '3', value: kept.quorum })
  const file = element('input', { type: 'file', accept: '.jsonl,.ndjson,.txt' })
  const drop = element('label', { class: 'drop' }, file, words.drop, element('small', {}, words.dropHint))
  const other = element('button', { type: 'button' }, words.language)
  other.addEventListener('click', () => show(language.startsWith('zh') ? 'en' : 'zh'))

  const verify = async (chosen: Blob): Promise<void> => {
    const texts = keys instanceof HTMLTextAreaElement ? keys.value.split('\n').filter((line) => line.trim()) : []
    const trusted: NoteKey[] = []
    const witnesses: NoteKey[] = []
    for (const text of texts) {
      const key = parseVerifierKey(text)
      if (!key) return result.replaceChildren(element('p', { class: 'bad', role: 'alert' }, words.wrongKey(text)))
      if (key.type === signatureTypes.cosignature) witnesses.push(key)
      else trusted.push(key)
    }
    const asked = quorum instanceof HTMLInputElement ? quorum.value.trim() : ''
    const count = asked === '' ? witnesses.length : Number(asked)
    if (!Number.isInteger(count) || count < 0 || count > witnesses.length)
      return result.replaceChildren(element('p', { class: 'bad', role: 'alert' }, words.wrongQuorum(witnesses.length)))
    keepPolicy({ keys: texts.join('\n'), quorum: asked })
    const status = element('p', { role: 'status' }, words.working(0))
    result.replaceChildren(status)
    const progress = (events: number) => {
      status.textContent = words.working(events)
    }
    const report = await verifyExport(linesOf(chosen), {
      trusted,
      witnesses: { keys: witnesses, quorum: count },
      progress,
    })
    result.replaceChildren(resultOf(words, report, trusted.length > 0))
  }

  file.addEventListener('change', () => {
    const chosen = file instanceof HTMLInputElement ? file.files?.[0] : undefined
    if (chosen) void verify(chosen)
  })
  for (const [name, over] of [
    ['dragover', true],
    ['dragleave', false],
    ['drop', false],
  ] as const)
    drop.addEventListener(name, (event) => {
      event.preventDefault()
      drop.classList.toggle('over', over)
    })
  drop.addEventListener('drop', (event) => {
    const dropped = event.dataTransfer?.files[0]
    if (dropped) void verify(dropped)
  })
  document
    .getElementById('page')
    ?.replaceChildren(
      element('header', {}, element('h1', {}, words.title), other),
      element('p', {}, words.intro),
      element('label', { for: 'keys' }, words.keys),
      keys,
      element('p', { id: 'keys-hint' }, words.keysHint),
      element('label', { for: 'quorum' }, words.quorum),
      quorum,
      element('p', {}, words.quorumHint),
      drop,
      result,
    )
}

show(navigator.language)
