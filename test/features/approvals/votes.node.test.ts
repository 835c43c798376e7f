import { expect, test } from 'vitest'
import { missingIn, type Voter } from '../../../worker/features/approvals/decision/rules.ts'
import { type Ask, defaultAsk } from '../../../worker/features/rules/contract.ts'
import { type Role, roles } from '../../../worker/platform/access/contract.ts'

/** A reproducible stream of numbers from 0 up to 1. */
const dice = (seed: number) => () => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
  return seed / 2 ** 32
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

const anAsk = (random: () => number, people: readonly string[]): Ask => {
  const some = <T>(of: readonly T[], share: number) => of.filter(() => random() < share)
  const audience = () => ({ roles: some<Role>(roles, 0.25), members: some(people, 0.25) })
  return {
    ...defaultAsk,
    groups: Array.from({ length: 1 + Math.floor(random() * 4) }, () => ({
      ...audience(),
      quorum: 1 + Math.floor(random() * 3),
    })),
    escalate: random() < 0.4 ? { afterMs: 60_000, to: audience() } : null,
  }
}

/** The most people that can count, by trying every way to place each of them. */
const mostCounted = (ask: Ask, escalated: boolean, voters: readonly Voter[]): number => {
  const fits = ({ roles: of, members }: { roles: Role[]; members: string[] }, voter: Voter) =>
    of.includes(voter.role) || members.includes(voter.userId)
  const from = (index: number, left: readonly number[]): number => {
    const voter = voters[index]
    if (!voter) return 0
    const ways = ask.groups.map((group, place) => {
      const may = fits(group, voter) || (escalated && ask.escalate !== null && fits(ask.escalate.to, voter))
      if (!may || (left[place] ?? 0) === 0) return 0
      return (
        1 +
        from(
          index + 1,
          left.map((room, other) => (other === place ? room - 1 : room)),
        )
      )
    })
    return Math.max(from(index + 1, left), ...ways)
  }
  return from(
    0,
    ask.groups.map(({ quorum }) => quorum),
  )
}

test('as many people count as any way of counting them allows, whoever came first', () => {
  const random = dice(20_261_121)
  for (let round = 0; round < 3_000; round++) {
    const people = Array.from({ length: 6 }, (_, index) => `usr_${index}`)
    const ask = anAsk(random, people)
    const voters = people
      .filter(() => random() < 0.8)
      .map((userId) => ({ userId, role: roles[Math.floor(random() * roles.length)] ?? 'viewer' }))
    const escalated = random() < 0.5
    const missing = missingIn(ask, escalated, voters)
    const total = sum(ask.groups.map(({ quorum }) => quorum))
    expect(missing.every((count, index) => count >= 0 && count <= (ask.groups[index]?.quorum ?? 0))).toBe(true)
    expect(total - sum(missing)).toBe(mostCounted(ask, escalated, voters))
    expect(sum(missingIn(ask, escalated, [...voters].reverse()))).toBe(sum(missing))
  }
})

test('one more who agrees never leaves more to be asked', () => {
  const random = dice(7)
  for (let round = 0; round < 500; round++) {
    const people = Array.from({ length: 5 }, (_, index) => `usr_${index}`)
    const ask = anAsk(random, people)
    const voters = people.map((userId) => ({ userId, role: roles[Math.floor(random() * 6)] ?? 'viewer' }))
    const left = voters.map((_, count) => sum(missingIn(ask, false, voters.slice(0, count))))
    expect(left.every((each, index) => index === 0 || each <= (left[index - 1] ?? 0))).toBe(true)
  }
})

test('somebody who fits two groups is counted where nobody else does', () => {
  const ask = {
    ...defaultAsk,
    groups: [
      { roles: ['admin', 'approver'] as Role[], members: [], quorum: 1 },
      { roles: ['admin'] as Role[], members: [], quorum: 1 },
    ],
  }
  const [admin, approver] = [
    { userId: 'usr_a', role: 'admin' as const },
    { userId: 'usr_b', role: 'approver' as const },
  ]
  expect(missingIn(ask, false, [admin])).toEqual([0, 1])
  expect(missingIn(ask, false, [admin, approver])).toEqual([0, 0])
  expect(missingIn(ask, false, [approver, admin])).toEqual([0, 0])
  expect(missingIn(ask, false, [approver])).toEqual([0, 1])
})
