import { readFileSync } from 'node:fs'
import { parse } from 'smol-toml'
import { expect, test } from 'vitest'
import { isOwnPath, ownPaths } from '../../worker/http/own-paths.ts'

test('the Worker comes first where the platform is told so, and nowhere else', () => {
  const told = parse(readFileSync('wrangler.toml', 'utf8'))
  expect(told).toMatchObject({ assets: { run_worker_first: [...ownPaths] } })
  for (const path of ['/api', '/api/v1/me', '/connect', '/health', '/.well-known/jwks.json'])
    expect(isOwnPath(path), path).toBe(true)
  for (const path of ['/', '/agents/a', '/connectors', '/healthy', '/apis', '/assets/index.js'])
    expect(isOwnPath(path), path).toBe(false)
})
