import { afterEach, describe, expect, it, vi } from 'vitest'
import { commandsFor, quoted } from '../../web/features/artifacts/restore/command.ts'
import type { BackupStanding } from '../../worker/features/artifacts/backups/contract.ts'
import type { Artifact, ArtifactDetail } from '../../worker/features/artifacts/contract.ts'
import type { Restore } from '../../worker/features/artifacts/restores/contract.ts'
import type { BackupSchedule } from '../../worker/features/artifacts/schedules/contract.ts'
import { aFile, fileOf, passphrase } from '../cbpkg/packages.ts'
import './support/loaded-pages.ts'
import '../../web/features/artifacts/overview/backups-page.tsx'
import '../../web/features/artifacts/restore/restore-page.tsx'
import '../../web/features/artifacts/artifact/artifact-page.tsx'
import { anId } from './support/build.ts'
import { FakeServer, problem } from './support/fake-server.ts'
import { field, fill, submit } from './support/fields.ts'
import { chooseFile, NearWorker } from './support/near-worker.ts'
import { button, click, openApp } from './support/open-app.tsx'
import { until } from './support/until.ts'

const at = '2026-11-20T10:00:00.000Z'
const connectorId = anId('con', 1)
const lin = { id: anId('usr', 1), name: 'Lin' }
const anArtifact = (given: Partial<Artifact> = {}): Artifact => ({
  ...{ id: anId('art', 1), connectorId, connectorName: 'edge', state: 'stored', cause: 'scheduled', intent: 'backup' },
  ...{ hasSecrets: true, packageId: '6f1d2c3b-0000-4000-8000-000000000001', size: 20_400_000, sha256: 'a'.repeat(64) },
  ...{ agents: 2, entries: 3, missing: 1, madeAt: at, createdBy: lin, createdAt: at, storedAt: at, provenAt: null },
  ...{ failure: null, detail: null },
  ...given,
})
const detail: ArtifactDetail = {
  ...anArtifact(),
  header: null,
  manifest: {
    ...{ version: 2, intent: 'backup', createdAt: at, source: { product: '0.1.0', gateway: '2026.9.6' } },
    sections: ['models', 'identity', 'workspace_files'],
    agents: [
      { id: 'main', name: 'Main' },
      { id: 'scout', name: 'scout' },
    ],
    entries: [
      { path: 'global/models.json', size: 10, digest: 'b'.repeat(64), section: 'models', agent: null },
      { path: 'agents/main/identity.json', size: 20, digest: 'b'.repeat(64), section: 'identity', agent: 'main' },
      {
        path: 'agents/scout/workspace/A.md',
        size: 9,
        digest: 'b'.repeat(64),
        section: 'workspace_files',
        agent: 'scout',
      },
    ],
    placeholders: [],
    removed: [],
    missing: [{ path: 'agents/main/workspace/large.bin', reason: 'too large' }],
  },
}
const schedule: BackupSchedule = {
  ...{ id: anId('bks', 1), connectorId, isEnabled: true, at: '03:30', timeZone: 'Asia/Shanghai', keepDaily: 7 },
  ...{ keepWeekly: 4, keepMonthly: 0, drill: 'weekly', version: 3, changedAt: at, changedByName: 'Lin' },
  ...{ nextAt: at, nextDrillAt: null },
}
const aStanding = (given: Partial<BackupStanding> = {}): BackupStanding => ({
  ...{ connectorId, connectorName: 'edge', reach: 'ready', schedule, lateSince: null, open: null },
  ...{ lastStored: anArtifact(), lastProven: null, lastFailed: null, lastDrill: null },
  ...given,
})
const aRestore = (given: Partial<Restore> = {}): Restore => ({
  ...{ id: anId('rst', 1), connectorId, connectorName: 'edge', artifactId: anId('art', 1), packageId: 'x' },
  ...{ mode: 'merge', sections: ['tools'], agents: ['main'], risk: 'critical', planDigest: 'c'.repeat(64), changes: 2 },
  ...{ summary: ['changed agents.main.tools.allow'], state: 'waiting', approvalId: anId('apr', 1), requestedBy: lin },
  ...{ requestedAt: at, startedAt: null, endedAt: null, checkpointId: null, verified: null, applied: null },
  ...{ differences: null, detail: null, step: null },
  ...given,
})

let close: () => Promise<void> = async () => {}
afterEach(async () => {
  await close()
  vi.unstubAllGlobals()
})

const open = async (
  path: string,
  { role = 'owner' as FakeServer['role'], standing = aStanding(), restores = [aRestore()] } = {},
) => {
  const server = new FakeServer()
  server.role = role
  const state = { standing, artifacts: [anArtifact()], restores, putRefused: false }
  server.intercept = ({ method, path: asked }) => {
    const line = `${method} ${asked}`
    const page = (items: unknown[]) => Response.json({ items, nextCursor: null })
    if (line === 'GET /backups') return Response.json({ items: [state.standing] })
    if (line === 'GET /artifacts') return page(state.artifacts)
    if (line === 'GET /restores') return page(state.restores)
    if (line === 'GET /artifact-drills') return page([])
    if (line === `GET /artifacts/${detail.id}`) return Response.json(detail)
    if (line === `DELETE /artifacts/${detail.id}`) return new Response(null, { status: 204 })
    if (line === `POST /connectors/${connectorId}/backups`)
      return Response.json(anArtifact({ state: 'ordered' }), { status: 202 })
    if (asked !== `/connectors/${connectorId}/backup-schedule`) return undefined
    if (method === 'GET') return Response.json(schedule)
    return state.putRefused ? problem(412, 'precondition_failed') : Response.json({ ...schedule, version: 4 })
  }
  close = (await openApp(path, server)).close
  await until(() => document.querySelector('h1'))
  return { server, state }
}
const says = (text: string) => until(() => document.body.textContent?.includes(text))
const link = (words: string) => [...document.querySelectorAll('a')].find((one) => one.textContent?.trim() === words)

describe('how backups stand', () => {
  it('shows schedule, last backup and what was never proven, and orders one', async () => {
    const { server } = await open('/backups')
    await says('Daily at 03:30 (Asia/Shanghai), keeps 7 days, 4 weeks')
    await says('20 MB')
    expect(document.body.textContent).toContain('1 thing not inside')
    await click(await until(() => button('Back up now')))
    await until(() => server.callsOf(`POST /connectors/${connectorId}/backups`)[0])
  })

  it('says what keeps the next one from being made, and orders nothing then', async () => {
    await open('/backups', { standing: aStanding({ reach: 'no_group', lateSince: at, lastStored: null }) })
    await says('--backup-passphrase-file')
    await says('A backup has been due since')
    await until(() => button('Back up now')?.disabled && button('Prove')?.disabled)
  })

  it('says that what was proven last is not the newest, and says no more once it is', async () => {
    const older = anArtifact({ id: anId('art', 2), provenAt: at })
    const { state } = await open('/backups', { standing: aStanding({ lastProven: older }) })
    await says('the newest backup has not been proven yet')
    await close()
    const newest = anArtifact({ provenAt: at })
    state.standing = aStanding({ lastStored: newest, lastProven: newest })
    await open('/backups', { standing: state.standing })
    await says('Last proven restorable')
    expect(document.body.textContent).not.toContain('has not been proven yet')
  })

  it('tells a proof that failed, with its reason', async () => {
    const failed = { failure: 'damaged', detail: 'A piece was altered.', entries: null, bytes: null, durationMs: null }
    const lastDrill = {
      ...{ id: anId('prv', 1), artifactId: anId('art', 1), connectorId, state: 'failed' as const },
      ...{ orderedBy: lin, orderedAt: at, endedAt: at, ...failed },
    }
    await open('/backups', { standing: aStanding({ lastDrill }) })
    await says('A piece was altered.')
  })

  it('offers nothing to who may only look', async () => {
    await open('/backups', { role: 'auditor' })
    await says('You may look at backups')
    await says('Daily at 03:30')
    expect([button('Back up now'), button('Schedule'), link('Restore')]).toEqual([undefined, undefined, undefined])
  })

  it('shows a restore that waits, with the way to its approval', async () => {
    await open('/backups')
    await says('Waits for approval')
    expect(link('Open the approval')?.getAttribute('href')).toContain(anId('apr', 1))
  })
})

describe('a schedule', () => {
  it('is sent with the version that was seen; what does not fit is not sent, and who was slower is told', async () => {
    const { server, state } = await open('/backups')
    await click(await until(() => button('Schedule')))
    await until(() => field('Time zone'))
    await fill('days', '0')
    await fill('weeks', '0')
    await says('A whole number; one of them more than 0')
    await submit('days')
    const sent = () => server.callsOf(`PUT /connectors/${connectorId}/backup-schedule`)
    expect(sent()).toEqual([])
    await fill('days', '14')
    state.putRefused = true
    await submit('days')
    await until(() => document.querySelector('[role=dialog] [role=alert]'))
    state.putRefused = false
    await submit('days')
    await until(() => document.querySelector('[role=dialog]') === null)
    expect(sent().map(({ headers, body }) => [headers.get('if-match'), body])).toEqual(
      [1, 2].map(() => [
        '"3"',
        expect.objectContaining({ keepDaily: 14, keepWeekly: 0, keepMonthly: 0, drill: 'weekly' }),
      ]),
    )
  })
})

describe('a package', () => {
  it('shows what is inside by whose it is, what is not, and is deleted after a question', async () => {
    const { server } = await open(`/backups/${detail.id}`)
    await says('Could not be read and is not inside')
    await says('agents/scout/workspace/A.md')
    expect(link('Download')?.getAttribute('href')).toBe(`/api/v1/artifacts/${detail.id}/content`)
    await click(await until(() => button('Delete')))
    const ask = await until(() => document.querySelector('[role=dialog]'))
    expect(server.callsOf(`DELETE /artifacts/${detail.id}`)).toEqual([])
    await click(() => [...ask.querySelectorAll('button')].find((one) => one.textContent === 'Delete'))
    await until(() => server.callsOf(`DELETE /artifacts/${detail.id}`)[0])
  })
})

describe('the way to a restore', () => {
  it('makes exactly the commands of what is chosen', async () => {
    await open(`/backups/restore?artifact=${detail.id}`)
    await says('Main (main)')
    const box = (words: string) =>
      [...document.querySelectorAll('label')].find((one) => one.textContent === words)?.querySelector('input')
    await click(() => box('Models'))
    await click(() => box('Main (main)'))
    await click(() => [...document.querySelectorAll('input[type=radio]')][2])
    const scope = '--mode exact_restore --sections models --agents main'
    const commands = () => [...document.querySelectorAll('ol code')].map((one) => one.textContent)
    await until(() => commands()[2]?.includes(scope))
    expect(commands()).toEqual([
      `npx clawbutler connector artifact pull ${detail.id} --out ${detail.id}.cbpkg`,
      `npx clawbutler connector artifact preview ${detail.id}.cbpkg ${scope}`,
      `npx clawbutler connector artifact import ${detail.id}.cbpkg ${scope} --connector ${connectorId} --wait 3600`,
    ])
  })

  it('follows what is done on the machine, to what stood in the way and to its end', async () => {
    // What was over before one came here is another one.
    const done = aRestore({ id: anId('rst', 2), state: 'finished', verified: true })
    const { state } = await open(`/backups/restore?artifact=${detail.id}`, { restores: [done] })
    await says('Run the last command on that machine')
    await says('0 of 10 done')
    const next = (given: Partial<Restore>) => {
      state.restores = [aRestore({ id: anId('rst', 3), ...given }), done]
    }
    next({ state: 'started', step: 'files' })
    await says('7 of 10 done')
    next({ state: 'failed', step: 'files', detail: 'The disk is full.' })
    await says('it goes on with this restore')
    await says('The disk is full.')
    next({ state: 'finished', step: 'verify', verified: true, checkpointId: anId('art', 7) })
    await says('10 of 10 done')
    expect(link('What was there before')?.getAttribute('href')).toBe(`/backups/${anId('art', 7)}`)
  }, 60_000)

  it('that cannot be read says so, with a way to try again, and makes no command of half of it', async () => {
    const { server } = await open('/backups')
    await close()
    const route = server.intercept
    const broken = new Set(['/backups', '/artifacts', `/artifacts/${detail.id}`])
    server.intercept = (call) => (broken.has(call.path) ? problem(500, 'internal') : route(call))
    close = (await openApp(`/backups/restore?artifact=${detail.id}`, server)).close
    await says('Could not read this package')
    await says('Could not read how the backups stand')
    await says('Could not read the packages')
    expect(document.querySelectorAll('ol code')).toHaveLength(0)
    broken.clear()
    for (const one of document.querySelectorAll('button')) if (one.textContent?.trim() === 'Try again') await click(one)
    await says('Main (main)')
    await until(() => document.querySelector('ol code'))
  })

  it('says that a package is lost, and where there is no gateway', async () => {
    const { server } = await open('/backups')
    await close()
    const route = server.intercept
    server.intercept = (call) => {
      if (call.path === `/artifacts/${detail.id}`) return Response.json({ ...detail, state: 'lost' })
      return call.path === '/backups' ? Response.json({ items: [] }) : route(call)
    }
    close = (await openApp(`/backups/restore?artifact=${detail.id}`, server)).close
    await says('This package is not stored')
    await says('No gateway is connected yet')
    expect(document.querySelectorAll('ol code')).toHaveLength(0)
  })

  it('a file that is no package, and a passphrase that is not its own, are said, and tried again', async () => {
    vi.stubGlobal('Worker', NearWorker)
    const { server } = await open('/backups/restore')
    await until(() => document.querySelector('input[type=file]'))
    await chooseFile(new Uint8Array(Buffer.from('PK\u0003\u0004 a zip')), 'notes.zip')
    await says('This is no ClawButler package')
    expect(document.querySelector('input[type=password]')).toBeNull()
    await chooseFile(await fileOf({ entries: [aFile('agents/main/workspace/SOUL.md', 'I am careful.')] }))
    const unlock = async (given: string) => {
      await until(() => document.querySelector('input[type=password]'))
      await fill('Passphrase', given)
      await submit('Passphrase')
    }
    await unlock('not the passphrase')
    await says('This is not the passphrase')
    await unlock(passphrase)
    await says('1 agent')
    expect(JSON.stringify(server.calls)).not.toContain(passphrase)
  })

  it('quotes what a shell would take apart', () => {
    expect(quoted('backup.cbpkg')).toBe('backup.cbpkg')
    expect(quoted("it's $(rm -rf ~).cbpkg")).toBe(String.raw`'it'\''s $(rm -rf ~).cbpkg'`)
    const chosen = {
      artifactId: null,
      file: 'a b.cbpkg',
      connectorId,
      mode: 'merge',
      sections: [],
      agents: [],
    } as const
    expect(commandsFor(chosen)[0]).toBe("npx clawbutler connector artifact preview 'a b.cbpkg' --mode merge")
  })
})
