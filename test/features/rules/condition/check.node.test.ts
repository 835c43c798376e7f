import { expect, test } from 'vitest'
import { checkCondition } from '../../../../worker/features/rules/condition/check.ts'
import { conditionFunctions, conditionVariables } from '../../../../worker/features/rules/condition/contract.ts'

const first = (condition: string) => {
  const { ok, faults } = checkCondition(condition).check
  const [fault] = faults
  return ok || !fault ? 'ok' : `${fault.code}@${fault.offset}${fault.suggestion === null ? '' : ` ${fault.suggestion}`}`
}

test.each([
  ['risk == "high" &&', 'syntax@15'],
  ['(risk == "high"', 'syntax@0'],
  ['risk == "high")', 'syntax@14'],
  ['risk == "high', 'syntax@8'],
  ['risk = "high"', 'syntax@5 =='],
  ['risk == "high" and true', 'syntax@15 &&'],
  ['not (risk == "high")', 'unknown_function@0 !'],
  ['', 'syntax@0'],
  [`${'('.repeat(60)}true${')'.repeat(60)}`, 'syntax@40'],
  ['riks == "high"', 'unknown_name@0 risk'],
  ['true && comand.contains("x")', 'unknown_name@8 command'],
  ['agent.nam == "x"', 'unknown_field@6 name'],
  ['command.length > 3', 'unknown_field@8'],
  ['risk.atleast("high")', 'unknown_function@5 atLeast'],
  ['sise(argv) > 1', 'unknown_function@0 size'],
  ['argv.exists(word)', 'unknown_function@5'],
  ['has(command)', 'unknown_function@0'],
  ['command', 'type@0'],
  ['size(argv)', 'type@0'],
  ['arguments.force', 'type@9'],
  ['command > 5', 'type@8'],
  ['command == 5', 'type@8'],
  ['"x" in command', 'type@4'],
  ['1 in argv', 'type@2'],
  ['risk == "low" && argv', 'type@17'],
  ['argv.exists(word, word)', 'type@18'],
  ['1 + "a" == 2', 'type@2'],
  ['command.startsWith(argv)', 'type@8'],
  ['command.contains("a", "b")', 'type@8'],
  ['risk == "hihg"', 'value@8 high'],
  ['risk in ["low", "medum"]', 'value@16 medium'],
  ['risk.atLeast("hgh")', 'value@13 high'],
  ['cwd.within("srv")', 'value@11'],
  ['argv.hasOption("force")', 'value@15'],
  ['time.at.getHours("Europe/Nowhere") > 1', 'value@17'],
  ['99999999999999999999 == 1', 'value@0'],
  ['command.matches("(")', 'pattern@16'],
  ['command.matches(cwd)', 'pattern@16'],
  ['command.matches("(?=x)")', 'pattern@16'],
  ['costMicroUsd > 5', 'may_be_null@13'],
  ['costMicroUsd == null && costMicroUsd > 5', 'may_be_null@37'],
  ['argv.all(a, argv.all(b, argv.all(c, a == b)))', 'too_costly@4'],
  ['command.matches("[ab]*a[ab]{500}[^ab]")', 'too_costly@7'],
])('%s is refused: %s', (condition, fault) => {
  expect(first(condition)).toBe(fault)
})

test.each([
  'true',
  'costMicroUsd != null && costMicroUsd > 5',
  'costMicroUsd > 5 && costMicroUsd != null',
  'costMicroUsd == null || costMicroUsd > 5',
  '!(costMicroUsd == null) && costMicroUsd > 5',
  'costMicroUsd != null ? costMicroUsd > 5 : false',
  'argv.filter(word, word.startsWith("-")).size() > 2',
  'arguments.items.exists(item, item.amount > 3.5)',
  'type(arguments.port) == string && string(arguments.port).matches("^8")',
  'timestamp("2026-12-24T00:00:00Z") < time.at && time.at < timestamp("2026-12-27T00:00:00Z")',
  '// at night\ntime.hour < 6 // UTC\n|| time.hour > 21',
])('%s is taken', (condition) => {
  expect(first(condition)).toBe('ok')
})

test('where the cost does not fit it is told, and a loop within a loop multiplies it', () => {
  const one = checkCondition('argv.exists(a, a == "x")').check
  const two = checkCondition('argv.exists(a, argv.exists(b, a == b))').check
  expect(one.ok).toBe(true)
  expect(two.cost).toBeGreaterThan(500 * (one.cost ?? Number.NaN))
  expect(two.faults[0]?.message).toContain(String(two.cost))
})

test('an argument that may be absent is warned of unless the condition asks first', () => {
  const warned = (condition: string) =>
    checkCondition(condition).check.warnings.map(({ code, offset }) => `${code}@${offset}`)
  expect(warned('arguments.path == "x"')).toEqual(['may_be_absent@9'])
  expect(warned('has(arguments.path) && arguments.path == "x"')).toEqual([])
  expect(warned('arguments.path == "x" && "path" in arguments')).toEqual([])
  expect(warned('!has(arguments.path) || arguments.path == "x"')).toEqual([])
})

test('it tells which variables a condition looks at', () => {
  const { variables } = checkCondition('risk == "low" && argv.all(w, w != agent.name) && has(arguments.a)').check
  expect(variables).toEqual(['agent.name', 'arguments', 'argv', 'risk'])
})

test('every documented variable is known, and every example of a function is a condition or part of one', () => {
  for (const { name } of conditionVariables) expect(first(`[${name}] == [${name}]`), name).toBe('ok')
  for (const { example } of conditionFunctions) expect(first(`[${example}] == [${example}]`), example).toBe('ok')
})

test('no text makes it throw', () => {
  const pieces = [
    'risk',
    '==',
    '"',
    "'",
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '.',
    ',',
    '&&',
    '||',
    '!',
    '?',
    ':',
    '\\',
    '\n',
    '//',
    '1e',
    '0x',
    'b"',
    'r"',
    'has(',
    'exists(',
    '😀',
    '\u0000',
    'in',
    'null',
    '-',
  ]
  let state = 7
  for (let round = 0; round < 2_000; round++) {
    let text = ''
    for (let piece = 0; piece < 12; piece++) {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
      text += pieces[state % pieces.length]
    }
    const { ok, faults } = checkCondition(text).check
    expect(ok || faults.every(({ offset }) => offset >= 0 && offset <= text.length), text).toBe(true)
  }
})
