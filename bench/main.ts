import { activity } from './activity.ts'
import { agentsList } from './agents-list.ts'
import { agentsMany } from './agents-many.ts'
import { append } from './append.ts'
import { approvalLoop } from './approval-loop.ts'
import { decide } from './decide.ts'
import { diff } from './diff.ts'
import { firstPage } from './first-page.ts'
import { kill } from './kill.ts'
import { packageBench } from './package.ts'
import { rules } from './rules.ts'
import { search } from './search.ts'
import { verify } from './verify.ts'

const benchmarks: Record<string, () => Promise<void>> = {
  'approval-loop': approvalLoop,
  append,
  activity,
  'agents-list': agentsList,
  'agents-many': agentsMany,
  search,
  'first-page': firstPage,
  decide,
  rules,
  verify,
  kill,
  diff,
  package: packageBench,
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !benchmarks[name])
if (unknown.length > 0) {
  process.stderr.write(`no such benchmark: ${unknown.join(', ')} (there are ${Object.keys(benchmarks).join(', ')})\n`)
  process.exit(2)
}
for (const [name, run] of Object.entries(benchmarks)) if (wanted.length === 0 || wanted.includes(name)) await run()
process.exit(0)
