import { afterEach, describe, expect, it } from 'vitest'
import { faultLength, tokensOf } from '../../web/features/rules/highlight.ts'
import { warningsOf } from '../../web/features/rules/warnings.ts'
import { CheckCondition } from '../../worker/features/rules/condition/contract.ts'
import './support/loaded-pages.ts'
import { button, click, openApp } from './support/open-app.tsx'
import { anAsk, aRule, aRuleSet, serverWithRules, type } from './support/rules.ts'
import { until } from './support/until.ts'

describe('what is checked while it is written', () => {
  let close: () => Promise<void> = async () => {}
  afterEach(async () => {
    if (button('Discard')) await click(button('Discard'))
    await close()
  })
  const open = async () => {
    const state = serverWithRules(aRuleSet(1, [aRule(1)]), ({ path, body }) => {
      if (path !== '/approvals/rules/check') return undefined
      const { condition } = CheckCondition.parse(body)
      const offset = condition.indexOf('risc')
      if (offset < 0) return undefined
      const fault = { code: 'unknown_name', message: 'There is no risc.', offset, suggestion: 'risk' }
      return Response.json({ ok: false, faults: [fault], warnings: [], cost: null, costMax: 100, variables: [] })
    })
    close = (await openApp('/approvals/rules?rule=new', state.server)).close
    const condition = await until(() => document.querySelector<HTMLTextAreaElement>('[role=dialog] textarea'))
    const name = document.querySelector<HTMLInputElement>('[role=dialog] input')
    if (name) await type(name, 'careful')
    return { ...state, condition }
  }

  it('is underlined where the fault stands, with the reason and what was meant, and cannot be kept', async () => {
    const { condition } = await open()
    await type(condition, 'action == "exec" &&\n  risc == "high"')
    const verdict = await until(() => {
      const found = document.getElementById(condition.getAttribute('aria-describedby') ?? '')
      return found?.textContent?.includes('There is no such name.') ? found : null
    })
    expect(verdict.textContent).toContain('Line 2, column 3:')
    expect(verdict.textContent).toContain('Did you mean risk?')
    expect(verdict.textContent).toContain('There is no risc.')
    expect(condition.getAttribute('aria-invalid')).toBe('true')
    const marked = [...document.querySelectorAll('[role=dialog] pre span.underline')].map((one) => one.textContent)
    expect(marked).toEqual(['risc'])
    expect(button('Put into the list')?.disabled).toBe(true)
  })

  it('shows what it costs once it works, and goes into the draft and not to the server', async () => {
    const { condition, server } = await open()
    await type(condition, 'command.contains("prod")')
    await until(() => document.body.textContent?.includes('costs at most 10 of 100 steps'))
    await until(() => button('Put into the list')?.disabled === false)
    await click(() => button('Put into the list'))
    await until(() => button('1 change'))
    expect([...document.querySelectorAll('ol > li p button')].map((one) => one.textContent)).toEqual([
      'rule 1',
      'careful',
    ])
    expect(server.calls.filter(({ method }) => method === 'PUT')).toHaveLength(0)
  })

  it('takes a template where the cursor stands', async () => {
    const { condition } = await open()
    await type(condition, 'action == "exec"')
    condition.setSelectionRange(16, 16)
    await click(
      [...document.querySelectorAll('[role=dialog] li button')].find((one) => one.textContent?.includes('--force')),
    )
    expect(condition.value).toBe('action == "exec" && argv.hasOption("--force")')
  })
})

describe('the colours of a condition', () => {
  it('never change a letter of it, however wrong it is', () => {
    for (const condition of ['risk == "hi', "'''a\n", '"\\', 'a..b(((', '😀 && r"\\d" ', 'agent.name.startsWith("x")'])
      expect(
        tokensOf(condition)
          .map(({ text }) => text)
          .join(''),
      ).toBe(condition)
  })

  it('tell variables, functions and texts apart', () => {
    expect(tokensOf('agent.name.startsWith("a b")').map(({ kind, text }) => [kind, text])).toEqual([
      ['variable', 'agent.name.'],
      ['function', 'startsWith'],
      ['plain', '('],
      ['text', '"a b"'],
      ['plain', ')'],
    ])
  })

  it('mark the whole word that a fault is about', () => {
    expect(faultLength('risc == 1', 0)).toBe(4)
    expect(faultLength('agent.nam == 1', 6)).toBe(3)
    expect(faultLength('x', 1)).toBe(1)
  })
})

describe('a warning', () => {
  const members = (['owner', 'admin'] as const).map((role, at) => ({
    ...{ userId: `usr_${at}`, name: role, email: '', role, joinedAt: '' },
  }))

  it('is given for allowing whatever is asked', () => {
    expect(warningsOf(aRule(1), ['risk', 'agent.name'], members)).toEqual(['broadAllow'])
    expect(warningsOf(aRule(1), ['risk', 'command'], members)).toEqual([])
    expect(warningsOf(aRule(1), null, members)).toEqual([])
  })

  it('is given for allowing when nobody answers, and for a quorum of more people than there are', () => {
    const outcome = anAsk({ onExpiry: 'allow', groups: [{ roles: ['admin'], members: [], quorum: 2 }] })
    expect(warningsOf(aRule(1, { outcome }), [], members)).toEqual(['allowOnExpiry', 'unreachableQuorum'])
  })

  it('is given where one absent person is enough to stop everything', () => {
    const outcome = anAsk({ groups: [{ roles: ['owner', 'admin'], members: [], quorum: 2 }] })
    expect(warningsOf(aRule(1, { outcome }), [], members)).toEqual(['noOneElse'])
  })
})
