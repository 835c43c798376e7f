import { expect, test } from 'vitest'
import type { AuditEntry } from '../../../../worker/features/audit/contract.ts'
import { csvHead, csvLine } from '../../../../worker/features/audit/export/csv.ts'

const anEntry = (facts: Partial<AuditEntry>): AuditEntry => ({
  seq: 1,
  id: 'evt_1',
  type: 'run.started',
  at: '2026-11-21T10:00:00.000Z',
  recordedAt: '2026-11-21T10:00:00.000Z',
  actor: { kind: 'member', id: 'usr_1' },
  agentId: null,
  connectorId: null,
  target: null,
  risk: 'low',
  traceId: null,
  payload: {},
  leafHash: 'ab',
  ...facts,
})

/** RFC 4180 as it is written, by no code of ours. */
const rowsOf = (text: string): string[][] => {
  const rows: string[][] = [[]]
  let cell = ''
  let isQuoted = false
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at)
    if (isQuoted && char === '"' && text.charAt(at + 1) === '"') {
      cell += '"'
      at += 1
    } else if (char === '"') isQuoted = !isQuoted
    else if (!isQuoted && char === ',') {
      rows.at(-1)?.push(cell)
      cell = ''
    } else if (!isQuoted && char === '\r') {
      rows.at(-1)?.push(cell)
      cell = ''
      at += 1
      rows.push([])
    } else cell += char
  }
  return rows.slice(0, -1)
}

test('whatever an event says comes back out of its cells', () => {
  const payload = { text: 'a "quoted", broken\r\nline — 中文', n: 1 }
  const entry = anEntry({ payload, target: 'a,b', agentId: 'agt_1' })
  const [head = [], row = []] = rowsOf(csvHead() + csvLine(entry))
  const cells = new Map(head.map((name, index) => [name.replace(/^\uFEFF/, ''), row[index]]))
  expect(head.length).toBe(row.length)
  expect(JSON.parse(cells.get('payload') ?? '')).toEqual(payload)
  expect([cells.get('target'), cells.get('agentId'), cells.get('seq'), cells.get('traceId')]).toEqual([
    'a,b',
    'agt_1',
    '1',
    '',
  ])
})

test('a spreadsheet takes the file for UTF-8, and no cell for a formula', () => {
  expect(csvHead().charCodeAt(0)).toBe(0xfeff)
  for (const evil of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', '＝1', '＋1', '－1', '＠1']) {
    const [row = []] = rowsOf(csvLine(anEntry({ target: evil, actor: { kind: 'anonymous', id: evil } })))
    expect([row[6], row[9]]).toEqual([`'${evil}`, `'${evil}`])
  }
})
