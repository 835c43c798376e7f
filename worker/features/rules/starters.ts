import type { Ask, Audience, RuleDraft, RuleOutcome, StarterSet } from './contract.ts'

const ask = (over: Partial<Ask>): RuleOutcome => ({
  kind: 'ask',
  ask: {
    groups: [{ roles: ['owner', 'admin', 'operator', 'approver'], members: [], quorum: 1 }],
    separationOfDuty: true,
    passkey: false,
    grantable: true,
    expiresInMs: null,
    onExpiry: 'expire',
    escalate: null,
    ...over,
  },
})

const rule = (name: string, condition: string, outcome: RuleOutcome, description = ''): RuleDraft => ({
  ...{ name, description, enabled: true, mode: 'enforce', condition, outcome },
})

const minuteMs = 60_000
const leads: Audience = { roles: ['owner', 'admin'], members: [] }
const allow: RuleOutcome = { kind: 'allow' }
const refuse = (reason: string): RuleOutcome => ({ kind: 'refuse', reason })

/** One simple command that only looks: nothing can hide behind its words, for then it would have none. */
const onlyLooks = '"read-only" in riskRules && risk == "low" && (source != "openclaw.exec" || size(argv) > 0)'
const inProduction =
  '(command.matches("(?i)\\\\bprod(uction)?\\\\b") || host.lowerAscii().contains("prod") || cwd.matches("(?i)/prod(uction)?(/|$)"))'
const outsideHours = '(time.weekday in [6, 7] || time.hour < 7 || time.hour >= 19)'

/** Rule sets to begin with. Each is whole: what none of its rules applies to is asked. */
export const starters: readonly StarterSet[] = [
  {
    id: 'careful',
    rules: [
      rule(
        'Nothing critical that cannot be undone',
        'risk == "critical" && reversibility == "irreversible"',
        refuse('It is critical and cannot be undone.'),
      ),
      rule(
        'Two of the leads for what is critical',
        'risk == "critical"',
        ask({ groups: [{ ...leads, quorum: 2 }], onExpiry: 'refuse', grantable: false }),
      ),
      rule(
        'High risk is asked each time, then of the leads',
        'risk == "high"',
        ask({ grantable: false, onExpiry: 'refuse', escalate: { afterMs: 10 * minuteMs, to: leads } }),
      ),
    ],
  },
  {
    id: 'read-only-free',
    rules: [
      rule('What only looks is free', onlyLooks, allow, 'One simple command that reads and changes nothing.'),
      rule(
        'What is critical needs a lead',
        'risk == "critical"',
        ask({ groups: [{ ...leads, quorum: 1 }], grantable: false }),
      ),
    ],
  },
  {
    id: 'production-guard',
    rules: [
      rule(
        'No destruction in production',
        `${inProduction} && (risk == "critical" || "destructive-delete" in riskRules || "disk-write" in riskRules && risk.atLeast("high"))`,
        refuse('It would destroy something in production.'),
      ),
      rule(
        'Changes in production need two people',
        `${inProduction} && risk.atLeast("medium")`,
        ask({
          groups: [{ roles: ['owner', 'admin', 'operator'], members: [], quorum: 2 }],
          grantable: false,
          expiresInMs: 30 * minuteMs,
          onExpiry: 'refuse',
        }),
      ),
    ],
  },
  {
    id: 'night-watch',
    rules: [
      rule(
        'High risk waits for working hours',
        `${outsideHours} && risk.atLeast("high")`,
        refuse('High risk is not decided at night or at weekends (UTC).'),
        'Monday to Friday, 7 to 19 hours UTC.',
      ),
      rule(
        'At night the leads are asked soon',
        outsideHours,
        ask({ escalate: { afterMs: 5 * minuteMs, to: leads }, onExpiry: 'refuse' }),
      ),
    ],
  },
  {
    id: 'shadow-first',
    rules: [
      { ...rule('Would be free: what only looks', onlyLooks, allow), mode: 'shadow' },
      {
        ...rule(
          'Would be free: tests and checks of a project',
          '(argv.startsWith(["npm", "test"]) || argv.startsWith(["npm", "run", "lint"]) || argv.startsWith(["cargo", "test"]) || argv.startsWith(["go", "test"]) || argv.startsWith(["pytest"])) && !risk.atLeast("high")',
          allow,
        ),
        mode: 'shadow',
      },
      {
        ...rule('Would be refused: what is critical', 'risk == "critical"', refuse('It is critical.')),
        mode: 'shadow',
      },
    ],
  },
]
