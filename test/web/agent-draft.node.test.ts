import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changesBetween, isSame, listChange, patchBetween, withValue } from '../../web/features/agents/draft/entry.ts'
import { clashesBetween, rebased } from '../../web/features/agents/draft/rebase.ts'
import { redactedIn } from '../../web/features/agents/draft/secrets.ts'
import { controlOf, faultOf } from '../../web/features/agents/schema/control-of.ts'
import { parseJson5, writeJson5 } from '../../web/features/agents/schema/json5.ts'
import { compareLines } from '../../web/features/agents/tabs/files/lines.ts'
import { answersTo, lookedUpOf, placesBelow } from '../../web/features/agents/tabs/settings/nodes.ts'
import { stateOf, withSkill } from '../../web/features/agents/tabs/skills/filter.ts'
import { isUnknownWord, withWord } from '../../web/features/agents/tabs/tools/policy.ts'
import { patched } from '../../worker/features/agents/config/rules.ts'
import type { Skill } from '../../worker/features/connectors/link/questions/contract.ts'

const name = fc.constantFrom('a', 'b', 'c', 'd.e')
const { tree: anEntry } = fc.letrec<{ tree: Record<string, unknown>; value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.integer({ min: 0, max: 3 }),
    fc.constantFrom('x', 'y', true),
    fc.array(fc.constantFrom('p', 'q', 'r'), { maxLength: 3 }),
    tie('tree'),
  ),
  tree: fc.dictionary(name, tie('value'), { maxKeys: 4 }),
}))

describe('a draft of an entry', () => {
  it('is sent as a patch that makes exactly the edited entry of the one it was begun with', () => {
    fc.assert(
      fc.property(anEntry, anEntry, (before, after) => {
        expect(patched(before, patchBetween(before, after))).toEqual(after)
      }),
    )
  })

  it('that changes nothing sends nothing', () => {
    fc.assert(
      fc.property(anEntry, (entry) => {
        expect(patchBetween(entry, structuredClone(entry))).toEqual({})
      }),
    )
  })

  it('put on top of what others did keeps what they did elsewhere, and mine where I changed something', () => {
    fc.assert(
      fc.property(anEntry, anEntry, anEntry, (base, mine, theirs) => {
        fc.pre(clashesBetween(base, mine, theirs).length === 0)
        const merged = rebased(base, mine, theirs)
        for (const { path, after } of changesBetween(base, mine)) {
          const held = path.reduce<unknown>(
            (value, key) => (value === undefined ? undefined : Reflect.get(Object(value), key)),
            merged,
          )
          if (after !== undefined) expect(isSame(held, after)).toBe(true)
        }
      }),
    )
  })

  it('shows a clash at its path, and takes the side that was chosen for it', () => {
    const base = { tools: { deny: ['a'] }, name: 'x' }
    const mine = { tools: { deny: ['a', 'b'] }, name: 'mine' }
    const theirs = { tools: { deny: ['c'] }, name: 'x', workspace: '/w' }
    expect(clashesBetween(base, mine, theirs)).toEqual([
      { path: ['tools', 'deny'], base: ['a'], mine: ['a', 'b'], theirs: ['c'] },
    ])
    expect(rebased(base, mine, theirs)).toEqual({ tools: { deny: ['a', 'b'] }, name: 'mine', workspace: '/w' })
    expect(rebased(base, mine, theirs, new Map([['tools.deny', 'theirs']]))).toEqual({
      tools: { deny: ['c'] },
      name: 'mine',
      workspace: '/w',
    })
  })

  it('sees no clash where both did the same, and one where the other took away what I changed', () => {
    const base = { tools: { deny: ['a'] } }
    expect(clashesBetween(base, { tools: { deny: ['b'] } }, { tools: { deny: ['b'] } })).toEqual([])
    expect(clashesBetween(base, { tools: { deny: ['b'] } }, {})).toMatchObject([{ theirs: undefined }])
  })

  it('takes away what holds nothing any more, and nothing else', () => {
    expect(withValue({ tools: { deny: ['a'] }, name: 'x' }, ['tools', 'deny'], undefined)).toEqual({ name: 'x' })
    expect(withValue({}, ['heartbeat', 'every'], undefined)).toEqual({})
    expect(withValue({ model: 'm' }, ['model', 'primary'], 'n')).toEqual({ model: { primary: 'n' } })
  })

  it('never carries a redacted value anywhere but where it was', () => {
    const base = { list: ['__OPENCLAW_REDACTED__', 'a'], key: '__OPENCLAW_REDACTED__' }
    expect(redactedIn(changesBetween(base, { ...base, name: 'x' }))).toEqual([])
    expect(redactedIn(changesBetween(base, { ...base, list: ['__OPENCLAW_REDACTED__'] }))).toEqual(['list'])
    expect(redactedIn(changesBetween(base, { ...base, other: base.key }))).toEqual(['other'])
    expect(redactedIn(changesBetween(base, {}))).toEqual([])
  })

  it('says of a list what it gains and loses', () => {
    expect(listChange(['a', 'b'], ['b', 'c'])).toEqual({ gained: ['c'], lost: ['a'] })
    expect(listChange(undefined, ['a'])).toEqual({ gained: ['a'], lost: [] })
  })
})

describe('the gateway’s schema as controls', () => {
  const leaf = (schema: Record<string, unknown>) => controlOf({ schema, children: [] })
  it('chooses the control by what the schema says', () => {
    expect(leaf({ type: 'boolean' })).toEqual({ kind: 'switch' })
    expect(leaf({ anyOf: [{ const: 'off' }, { const: 'all' }] })).toEqual({ kind: 'choice', values: ['off', 'all'] })
    expect(leaf({ enum: ['a', 'b'] })).toEqual({ kind: 'choice', values: ['a', 'b'] })
    expect(leaf({ type: 'array', items: { type: 'string' } })).toEqual({ kind: 'list', choices: null })
    expect(leaf({ anyOf: [{ type: 'string' }, { type: 'object' }] })).toEqual({ kind: 'json' })
    expect(leaf({})).toEqual({ kind: 'json' })
  })

  it('finds what is out of bounds, and leaves patterns it can not read to the gateway', () => {
    const whole = leaf({ type: 'integer', minimum: 1, maximum: 9 })
    expect([0, 10, 1.5, 'x', 5, undefined].map((value) => faultOf(whole, value))).toEqual([
      'low',
      'high',
      'integer',
      'number',
      null,
      null,
    ])
    expect(faultOf(leaf({ type: 'string', pattern: '^[a-z]+$' }), 'A')).toBe('pattern')
    expect(faultOf(leaf({ type: 'string', pattern: '(?<' }), 'A')).toBeNull()
  })

  it('asks for names that people choose by their place in the schema', () => {
    expect(lookedUpOf(['models', 'openai/gpt-5.1', 'params', 'top_p'])).toEqual(['models', '*', 'params', '*'])
    const child = { key: '*', title: null, description: null, isAdvanced: false, type: 'object' }
    expect(placesBelow({ path: ['models'], lookedUp: ['models'] }, [child], { 'a/b.c': {} })).toMatchObject([
      { path: ['models', 'a/b.c'], lookedUp: ['models', '*'], isGroup: true },
    ])
    expect(answersTo({ path: ['heartbeat', 'every'], title: 'Beat', description: null }, 'BEAT every')).toBe(true)
  })
})

describe('JSON5 as people write it', () => {
  it('says at which line and column it stops', () => {
    expect(parseJson5('{\n  a: 1,\n  b: ]\n}')).toMatchObject({ ok: false, line: 3, column: 6 })
    expect(parseJson5('{')).toMatchObject({ ok: false, line: 1 })
    expect(parseJson5('// why\n{a: [1,],}')).toEqual({ ok: true, value: { a: [1] } })
  })
  it('reads what it wrote', () => {
    fc.assert(
      fc.property(anEntry, (entry) => {
        expect(parseJson5(writeJson5(entry))).toEqual({ ok: true, value: entry })
      }),
    )
  })
})

describe('two versions of a file', () => {
  it('can each be put together again from the lines that are shown', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 }).map((lines) => lines.join('\n'))
    fc.assert(
      fc.property(text, text, (theirs, mine) => {
        const lines = compareLines(theirs, mine, 1_000).flatMap((line) => (line.kind === 'gap' ? [] : [line]))
        const side = (other: 'mine' | 'theirs') =>
          lines
            .filter(({ kind }) => kind !== other)
            .map((line) => line.text)
            .join('\n')
        if (theirs === mine) return
        expect([side('mine'), side('theirs')]).toEqual([theirs, mine])
      }),
    )
  })
  it('fold what is equal and far from a difference', () => {
    const long = Array.from({ length: 50 }, (_, line) => `line ${line}`)
    const lines = compareLines(long.join('\n'), long.with(25, 'other').join('\n'))
    expect(lines.map(({ kind }) => kind)).toEqual([
      'gap',
      'same',
      'same',
      'same',
      'theirs',
      'mine',
      'same',
      'same',
      'same',
      'gap',
    ])
  })
})

describe('lists of tools and skills', () => {
  it('an emptied list of tools is none', () => {
    expect(withWord(undefined, 'exec', true)).toEqual(['exec'])
    expect(withWord(['exec'], 'exec', true)).toEqual(['exec'])
    expect(withWord(['exec'], 'exec', false)).toBeUndefined()
    expect([isUnknownWord('exek', ['exec']), isUnknownWord('Exec', ['exec']), isUnknownWord('web_*', [])]).toEqual([
      true,
      false,
      false,
    ])
  })
  it('the first skill switched off makes a filter of all the others', () => {
    expect(withSkill(undefined, ['a', 'b', 'c'], 'b', false)).toEqual(['a', 'c'])
    expect(withSkill(['a'], ['a', 'b', 'c'], 'b', true)).toEqual(['a', 'b'])
    expect(withSkill(['a'], ['a', 'b'], 'a', false)).toEqual([])
  })
  it('a skill says the nearest thing in its way', () => {
    const none = { bins: [], env: [], config: [] }
    const skill: Skill = {
      key: 'w',
      name: 'w',
      description: '',
      source: 's',
      isBundled: true,
      isDisabled: false,
      isEligible: true,
      blockedBy: null,
      requires: none,
      missing: none,
    }
    expect(stateOf(skill, undefined)).toBe('ready')
    expect(stateOf(skill, ['other'])).toBe('filtered')
    expect(stateOf({ ...skill, isEligible: false, missing: { ...none, bins: ['op'] } }, undefined)).toBe('missing')
    expect(stateOf({ ...skill, isDisabled: true }, ['w'])).toBe('disabled')
  })
})
