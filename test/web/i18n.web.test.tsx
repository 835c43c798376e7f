import { describe, expect, it } from 'vitest'
import {
  compareCatalogues,
  flatten,
  hardCoded,
  placeholders,
  readMessages,
  sharedBeginnings,
  unloaded,
  unused,
} from '../../web/i18n/check.ts'
import { auditEvents } from '../../worker/features/audit/contract.ts'
import { problemCodes } from '../../worker/platform/contract.ts'

const [zhCN, enUS] = [readMessages('zh-CN'), readMessages('en-US')]

describe('the catalogues', () => {
  it('say the same things in both languages', () => {
    expect(compareCatalogues(flatten(zhCN), flatten(enUS))).toEqual([])
  })

  it('have a sentence for every audited event and every problem', () => {
    const keys = flatten(zhCN)
    for (const type of Object.keys(auditEvents)) expect(keys.has(`events.${type}`), type).toBe(true)
    for (const code of problemCodes) expect(keys.has(`problem.${code}`), code).toBe(true)
  })
})

describe('the gate', () => {
  const compare = (zh: Record<string, string>, en: Record<string, string>) =>
    compareCatalogues(flatten(zh), flatten(en))

  it('finds a key that one language lacks', () => {
    expect(compare({ a: '甲', b: '乙' }, { a: 'A' })).toEqual(['en-US lacks b'])
    expect(compare({ a: '甲' }, { a: 'A', b: 'B' })).toEqual(['zh-CN lacks b'])
  })

  it('finds a placeholder or a tag that differs, and not the words of a branch', () => {
    expect(compare({ a: '{n} 个' }, { a: '{count}' })).toHaveLength(1)
    expect(compare({ a: '<b>x</b>' }, { a: 'x' })).toHaveLength(1)
    expect(
      compare({ a: '{o, select, ok {完成} other {失败}}' }, { a: '{o, select, ok {done} other {failed}}' }),
    ).toEqual([])
    expect(placeholders('{n, plural, one {# of {total}} other {<b>#</b>}}')).toBe('<b> n total')
  })

  it('finds Chinese in the English catalogue', () => {
    expect(compare({ a: '甲' }, { a: '甲' })).toEqual(['a: Chinese in en-US'])
  })

  it('finds text in the code, as text, as an attribute and in a string', () => {
    const code = `export const A = () => <p title="Hello">Good day<i aria-label={'你好'} /></p>`
    expect(hardCoded('a.tsx', code).map(({ text }) => text)).toEqual(['Hello', 'Good day', '你好'])
    expect(hardCoded('b.tsx', 'export const B = () => <p className="flex">{t("a.b")} · OpenClaw</p>')).toHaveLength(1)
    expect(hardCoded('c.tsx', 'export const C = () => <p className="flex">OpenClaw</p>')).toEqual([])
  })

  it('finds a page that speaks from a part of the catalogue which it does not load', () => {
    const catalogues = new Map([
      ['', { a: 'A' }],
      ['rules', { rules: { title: 'Rules' } }],
    ])
    const page = { path: 'page.tsx', text: "import './title.tsx'" }
    const title = { path: 'title.tsx', text: "t('a'); t('rules.title')" }
    const routes = (loading: string) => ({ path: 'routes.ts', text: `const page = () => ${loading}` })
    const without = routes("import('./page.tsx')")
    expect(unloaded(catalogues, 'routes.ts', [without, page, title])).toEqual([
      'title.tsx: says rules.title, reached without rules',
    ])
    const along = routes("withMessages(import('./page.tsx'), 'rules')")
    expect(unloaded(catalogues, 'routes.ts', [along, page, title])).toEqual([])
  })

  it('finds two files whose keys begin alike, where one would hide the other', () => {
    expect(
      sharedBeginnings(
        new Map([
          ['', { a: 'A', b: 'B' }],
          ['rules', { b: 'C' }],
        ]),
      ),
    ).toEqual(['b'])
  })

  it('finds a key that nothing uses, and knows keys that a template makes', () => {
    const sources = ["t('a.used')", ['t(`risk.$', '{risk}`)'].join('')]
    expect(unused(['a.used', 'a.unused', 'risk.high', 'other.high'], sources)).toEqual(['a.unused', 'other.high'])
  })
})
