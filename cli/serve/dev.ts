import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.ts'
import { secretsIn } from './secrets.ts'

/** `npm run dev`: the Worker under wrangler and the UI under Vite, both reloading as files change. */
const stateDir = join(root, '.clawbutler/dev')
const [apiPort, uiPort] = ['8787', process.env.PORT ?? '5173']
const env = {
  ...process.env,
  CI: '1',
  WRANGLER_SEND_METRICS: 'false',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  X_LOCAL_OBSERVABILITY: 'false',
  X_LOCAL_EXPLORER: 'false',
}

const secrets = { ...secretsIn(stateDir), PUBLIC_URL: `http://localhost:${uiPort}` }
const secretsFile = join(stateDir, 'dev.vars')
const asVars = Object.entries(secrets).map(([name, value]) => `${name}='${value}'`)
writeFileSync(secretsFile, `${asVars.join('\n')}\n`, { mode: 0o600 })
// The assets binding wants its folder to exist; in development Vite serves the UI.
if (!existsSync(join(root, 'web/dist'))) mkdirSync(join(root, 'web/dist'), { recursive: true })
const persist = ['--persist-to', join(stateDir, 'data')]
execFileSync('wrangler', ['d1', 'migrations', 'apply', 'clawbutler', '--local', ...persist], {
  cwd: root,
  env,
  stdio: 'ignore',
})

const children: ChildProcess[] = [
  spawn(
    'wrangler',
    [
      'dev',
      '--port',
      apiPort,
      '--test-scheduled',
      '--show-interactive-dev-session=false',
      '--env-file',
      secretsFile,
      ...persist,
    ],
    { cwd: root, env, stdio: 'inherit' },
  ),
  spawn('vite', ['--port', uiPort, '--strictPort'], { cwd: root, env, stdio: 'inherit' }),
]
const stop = () => {
  for (const child of children) child.kill('SIGTERM')
}
process.on('SIGINT', stop)
process.on('SIGTERM', stop)
for (const child of children)
  child.on('exit', () => {
    stop()
    process.exitCode = 1
  })
process.stdout.write(`\nFirst time? Open http://localhost:${uiPort}/setup?token=${secrets.SETUP_TOKEN}\n\n`)
