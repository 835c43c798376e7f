import { describe, expect, it } from 'vitest'
import { groupInbox, headline } from '../../web/features/approvals/inbox.ts'
import { piecesOf } from '../../web/ui/command.tsx'
import { anApproval } from './support/build.ts'

const now = Date.parse('2026-11-21T03:00:00.000Z')
const inMinutes = (minutes: number) => new Date(now + minutes * 60_000).toISOString()

describe('the order of the inbox', () => {
  it('puts what expires within ten minutes first, then what is grave, then the rest', () => {
    const soon = anApproval(1, { risk: 'low', expiresAt: inMinutes(9) })
    const high = anApproval(2, { risk: 'high', expiresAt: inMinutes(20) })
    const critical = anApproval(3, { risk: 'critical', expiresAt: inMinutes(50) })
    const medium = anApproval(4, { risk: 'medium', expiresAt: inMinutes(15) })
    const groups = groupInbox([medium, high, critical, soon], new Map(), now)
    expect(groups.map(({ name, approvals }) => [name, ...approvals.map((one) => one.id)])).toEqual([
      ['soon', soon.id],
      ['grave', critical.id, high.id],
      ['rest', medium.id],
    ])
  })

  it('puts what was put off behind what waits, until its time comes', () => {
    const snoozed = anApproval(1, { risk: 'critical', snoozedUntil: inMinutes(10), expiresAt: inMinutes(60) })
    const waiting = anApproval(2, { risk: 'low', expiresAt: inMinutes(60) })
    const names = (at: number) => groupInbox([snoozed, waiting], new Map(), at).map(({ name }) => name)
    expect(names(now)).toEqual(['rest', 'snoozed'])
    expect(names(now + 11 * 60_000)).toEqual(['grave', 'rest'])
  })

  it('leaves out what has expired and keeps what is on its way to the gateway in sight', () => {
    const gone = anApproval(1, { expiresAt: inMinutes(-1) })
    const underWay = anApproval(2, { state: 'delivered' })
    const groups = groupInbox([gone, underWay], new Map(), now)
    expect(groups).toEqual([{ name: 'decided', approvals: [underWay] }])
  })
})

describe('a command', () => {
  const reason = (matched: string, risk: 'medium' | 'high' | 'critical') => ({
    rule: 'x',
    risk,
    matched,
    start: null,
    end: null,
  })

  it('is shown whole, with every dangerous word marked', () => {
    const command = 'sudo rm -rf /a && sudo ls'
    const pieces = piecesOf(command, [reason('sudo', 'high'), reason('rm -rf', 'critical')])
    expect(pieces.map((piece) => piece.text).join('')).toBe(command)
    expect(pieces.filter((piece) => piece.risk).map((piece) => piece.text)).toEqual(['sudo', 'rm -rf', 'sudo'])
  })

  it('marks the graver of two words that overlap', () => {
    const pieces = piecesOf('curl x | sudo sh', [reason('| sudo', 'medium'), reason('sudo sh', 'critical')])
    expect(pieces.filter((piece) => piece.risk)).toEqual([{ text: 'sudo sh', risk: 'critical', at: 9 }])
  })

  it('is marked where a reason says that it stands, and nowhere else', () => {
    const reasons = [{ rule: 'x', risk: 'high' as const, matched: 'rm', start: 6, end: 8 }]
    const pieces = piecesOf('rm a; rm b', reasons)
    expect(pieces.filter((piece) => piece.risk)).toEqual([{ text: 'rm', risk: 'high', at: 6 }])
  })

  it('is known by its first line that says something', () => {
    expect(headline(anApproval(1, { command: '\n# clean up\n  rm x\nls' }))).toBe('rm x')
  })
})
