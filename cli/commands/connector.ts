import { type Command, Option } from 'commander'
import { exitCodes, Failure } from '../output/failure.ts'
import { printJson } from '../output/output.ts'
import { registerArtifact } from './artifacts/artifact.ts'
import { addConnectorOptions, resolveConnector } from './connector-options.ts'
import { StepsTable } from './steps-table.ts'

const settleMs = 8_000

export async function registerConnector(program: Command): Promise<void> {
  const connector = program.command('connector').description('look after the connector on this machine')
  const doctor = connector
    .command('doctor')
    .description('check every link from this machine to ClawButler and to the gateway')
  addConnectorOptions(doctor)
    .addOption(new Option('--json', 'print JSON'))
    .action(async (options: { json?: boolean }) => runDoctor(options))
  await registerArtifact(connector, process.argv[4])
}

/** Connects for real, as `connect` would, looks at everything, and leaves again. */
async function runDoctor(options: { json?: boolean }): Promise<void> {
  // All of a connector: not loaded for who does something else with it.
  const { openConnector } = await import('./connect.ts')
  const connector = await openConnector(await resolveConnector(options, process.env))
  const running = connector.run()
  let ended = false
  void running.then(() => {
    ended = true
  })
  const until = Date.now() + settleMs
  while (Date.now() < until && !ended && !(connector.link.state.connected && settled(connector))) {
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const table = new StepsTable()
  const steps = await connector.diagnose((step) => {
    if (!options.json) table.show(step)
  })
  await connector.stop()
  if (options.json) printJson({ steps })
  else table.end()
  if (steps.some((step) => step.outcome === 'fail')) throw new Failure('Some checks failed.', exitCodes.failure)
}

const settled = ({ gateway }: { gateway: { live: { agents: readonly unknown[] } | null; lastGone: unknown } }) =>
  (gateway.live?.agents.length ?? 0) > 0 || gateway.lastGone !== null
