import { type RequestFacts, Rule } from '../../worker/features/rules/contract.ts'
import { newId } from '../../worker/platform/ids.ts'

/*
 * Rules and requests as an organization of many agents has them. Every second rule looks into the command or its words
 * by a pattern, a loop or a search; few of them begin with something cheap that spares the rest.
 */

const teams = ['web', 'billing', 'search', 'mobile', 'data', 'platform', 'growth', 'support']
const tools = ['kubectl', 'terraform', 'helm', 'docker', 'psql', 'aws', 'npm', 'git']

const simple: ((index: number) => string)[] = [
  (index) => `agent.name == "agent ${index}" && risk.atLeast("high")`,
  (index) => `risk == "low" && cwd.within("/srv/${teams[index % 8]}/app-${index}")`,
  (index) => `source == "openclaw.plugin" && action in ["tool-${index}", "tool-${index + 1}"]`,
  (index) => `host.startsWith("build-${index}-") && (time.weekday in [6, 7] || time.hour < ${index % 7})`,
  (index) => `argv.startsWith(["${tools[index % 8]}", "get", "thing-${index}"])`,
  (index) => `costMicroUsd != null && costMicroUsd > ${1_000_000 + index} && agent.model == "model-${index}"`,
]

const searching: ((index: number) => string)[] = [
  (index) => `command.matches("^${tools[index % 8]} (delete|destroy|drop) .*${teams[index % 8]}-${index}\\\\b")`,
  (index) => `argv.exists(word, word == "--context=${teams[index % 8]}-${index}")`,
  (index) => `command.contains("--team ${teams[index % 8]}-${index}") && risk != "low"`,
  (index) => `argv.exists(word, word.startsWith("/srv/${teams[index % 8]}/secret-${index}"))`,
  (index) => `has(arguments.path) && arguments.path.startsWith("/data/${index}/")`,
  (index) =>
    `command.matches("(?i)\\\\b${teams[index % 8]}-prod-${index}\\\\b") || size(argv) > 0 && argv.all(word, word.endsWith("${index}.sql"))`,
]

const pick = <T>(list: readonly T[], index: number): T => {
  const item = list[index % list.length]
  if (item === undefined) throw new Error('an empty list')
  return item
}

/** So many rules, of which no request below meets any but the last: every one of them has to be asked. */
export const mixedRules = (count: number): Rule[] =>
  Array.from({ length: count }, (_, index) => {
    const condition =
      index === count - 1 ? 'risk.atLeast("low")' : pick(index % 2 ? searching : simple, index >> 1)(index)
    return Rule.parse({ id: newId('rul'), name: `Rule ${index}`, condition, outcome: { kind: 'allow' } })
  })

const commands = [
  'git push origin feature/login --force-with-lease',
  'kubectl get pods -n web --context staging-2',
  'npm run test -- --reporter dot src/billing/invoice.test.ts',
  'ls -la /srv/web/releases/2026-11-21/node_modules/.cache',
  'curl -sS https://artifacts.example.test/builds/4711/manifest.json',
  "psql -h db-3.internal -c 'select count(*) from orders where shipped is null'",
  'docker compose -f deploy/docker-compose.yml up -d --build web worker',
  'python3 scripts/backfill.py --from 2026-01-01 --to 2026-02-01 --dry-run',
  'terraform plan -var-file=environments/staging.tfvars -out plan.bin',
  'rg --files-with-matches TODO src --glob *.ts | head -40',
]
const risks = ['low', 'medium', 'medium', 'high', 'low', 'critical'] as const

/** A request like no other: nothing that is remembered of one helps with the next. */
export const aRequest = (index: number): RequestFacts => {
  const command = `${pick(commands, index)} #${index}`.replace(' #', index % 10 === 9 ? ' #' : ' run-')
  return {
    source: index % 5 === 4 ? 'openclaw.plugin' : 'openclaw.exec',
    action: index % 5 === 4 ? 'web_fetch' : 'exec',
    command,
    argv: index % 10 === 9 ? [] : command.split(' '),
    cwd: `/srv/${pick(teams, index)}/checkout-${index % 97}`,
    host: `worker-${index % 31}`,
    session: `agent:main:${index % 1_009}`,
    arguments: index % 5 === 4 ? { path: `/srv/data/${index}`, url: 'https://example.test' } : {},
    risk: pick(risks, index),
    riskRules: [pick(['read-only', 'unknown-command', 'network-exfiltration', 'git-history'], index)],
    reversibility: 'unknown',
    costMicroUsd: index % 3 ? null : 12_000 + index,
    agent: {
      id: `agt_${index % 40}`,
      externalId: `a${index % 40}`,
      name: `Agent number ${index % 40}`,
      model: 'provider/model-1',
    },
    connector: { id: 'con_1', name: 'Build farm' },
    requester: { kind: 'connector', id: 'con_1', name: 'Build farm' },
    at: 1_795_000_000_000 + index * 1_000,
  }
}
