import { createRoot } from 'react-dom/client'
import { createTranslator, IntlProvider } from 'use-intl'
import { describe, expect, it } from 'vitest'
import { Sentence } from '../../web/features/audit/sentence.tsx'
import { flatten, placeholders, readMessages } from '../../web/i18n/check.ts'
import enUS from '../../web/i18n/en-US.json'
import type { Locale } from '../../web/i18n/locale.ts'
import zhCN from '../../web/i18n/zh-CN.json'
import type { AuditEntry } from '../../worker/features/audit/contract.ts'
import { acting } from './support/acting.ts'
import { anEntry, anId } from './support/build.ts'

const catalogues: [Locale, typeof zhCN][] = [
  ['zh-CN', zhCN],
  ['en-US', enUS],
]
const names = {
  agent: () => 'Ledger',
  agentIn: () => 'Ledger',
  connector: () => 'office',
  member: () => 'Ada Keller',
}

describe.each(catalogues)('in %s', (locale, messages) => {
  it('every message is one that can be formatted', () => {
    for (const [key, message] of flatten(readMessages(locale))) {
      const faults: string[] = []
      const t = createTranslator({
        locale,
        messages: { one: message },
        timeZone: 'UTC',
        onError: (error) => faults.push(error.message),
      })
      const given = placeholders(message).split(' ').filter(Boolean)
      const values = given.map((name): [string, unknown] =>
        name.startsWith('<') ? [name.slice(1, -1), String] : [name, name === 'date' ? new Date() : 1],
      )
      Reflect.apply(t.rich, t, ['one', Object.fromEntries(values)])
      expect(faults, key).toEqual([])
    }
  })

  const sentenceOf = async (entry: AuditEntry) => {
    const container = document.createElement('div')
    const root = createRoot(container)
    await acting(() =>
      root.render(
        <IntlProvider locale={locale} messages={messages} timeZone="UTC">
          <Sentence entry={entry} names={names} />
        </IntlProvider>,
      ),
    )
    const said = container.textContent ?? ''
    await acting(() => root.unmount())
    return said
  }

  it('a budget is told with its money, and why it holds nothing any more', async () => {
    const spent = { name: 'Research', spentMicroUsd: 50_400_000, allowedMicroUsd: 50_000_000 }
    const exceeded = await sentenceOf(anEntry(1, { type: 'budget.exceeded', payload: { ...spent, action: 'stop' } }))
    for (const words of ['Research', '$50.40', '$50.00', locale === 'zh-CN' ? '已停止' : 'are stopped'])
      expect(exceeded).toContain(words)
    const reset = { ...spent, because: 'request', reason: 'looked into' }
    expect(await sentenceOf(anEntry(2, { type: 'budget.reset', payload: reset }))).toContain('looked into')
    const created = { name: 'Research', limitMicroUsd: 12_500_000, period: 'week' }
    const said = await sentenceOf(anEntry(3, { type: 'budget.created', payload: created }))
    expect(said).toContain('$12.50')
    expect(said).toContain(locale === 'zh-CN' ? '每周' : 'each week')
  })

  it('a sentence names who asked and what exactly would run', async () => {
    const said = await sentenceOf(anEntry(1, { type: 'approval.opened', payload: { command: 'rm -rf /srv' } }))
    expect(said).toContain('Ledger')
    expect(said).toContain('rm -rf /srv')
  })

  it('a decision names the member, the outcome and the reason', async () => {
    const actor = { kind: 'member' as const, id: anId('usr', 1) }
    const payload = { outcome: 'reject', reason: 'not today' }
    const said = await sentenceOf(anEntry(1, { type: 'approval.decided', actor, payload }))
    expect(said).toContain('Ada Keller')
    expect(said).toContain('not today')
  })

  it('what the gateway decided is said, though it spells it in its own way', async () => {
    const said = await sentenceOf(anEntry(1, { type: 'approval.resolved', payload: { decision: 'allow-once' } }))
    expect(said).toMatch(locale === 'zh-CN' ? /允许一次/ : /allowed once/)
  })
})
