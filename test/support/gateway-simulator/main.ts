import { parseArgs } from 'node:util'
import { startSimulator } from './simulator.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '18789' },
    token: { type: 'string', default: 'simulated-gateway-token' },
    state: { type: 'string' },
    'tick-ms': { type: 'string' },
    'approval-ttl-ms': { type: 'string' },
  },
})

const simulator = await startSimulator({
  port: Number(values.port),
  token: values.token,
  ...(values.state ? { stateDir: values.state } : {}),
  ...(values['tick-ms'] ? { tickIntervalMs: Number(values['tick-ms']) } : {}),
  ...(values['approval-ttl-ms'] ? { approvalTtlMs: Number(values['approval-ttl-ms']) } : {}),
})
process.stdout.write(`simulated gateway at ${simulator.url}\n`)
const stop = () => void simulator.close().then(() => process.exit(0))
process.on('SIGTERM', stop)
process.on('SIGINT', stop)
