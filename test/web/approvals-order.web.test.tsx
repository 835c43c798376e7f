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

  it('is known by its first line that says something', () => {
    expect(headline(anApproval(1, { command: '\n# clean up\n  rm x\nls' }))).toBe('rm x')
  })
})
