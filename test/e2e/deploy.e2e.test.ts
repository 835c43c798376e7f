import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test.each([[[]], [['--env', 'staging']]])(
  'a dry run of the deployment builds everything and deploys nothing: %j',
  (args) => {
    const root = join(import.meta.dirname, '../..')
    const said = execFileSync('npm', ['run', '--silent', 'deploy', '--', '--dry-run', ...args], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, CI: '1', WRANGLER_SEND_METRICS: 'false' },
    })
    for (const part of [
      '1/5',
      '2/5',
      '3/5',
      '4/5',
      '5/5',
      'env.AUDIT_LOG (AuditLog)',
      'Compiled Worker successfully',
      'Nothing was deployed.',
    ])
      expect(said).toContain(part)
  },
)
