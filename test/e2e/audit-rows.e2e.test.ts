import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { AuditEntry, type TracedEntry } from '../../worker/features/audit/contract.ts'
import { Page as PageOf } from '../../worker/platform/contract.ts'
import { launchBrowser } from '../support/product/browser.ts'
import { owner, ownerEnv, signIn, until } from '../support/product/client.ts'
import { endOf, type Server, startServer } from '../support/product/server.ts'

/** The audit page with a hundred thousand rows loaded. The pages of events are made here; everything else is the product. */

const rows = 100_000
const pageSize = 200
const rowHeight = 34
let browser: Browser | null
let page: Page
let server: Server

beforeAll(async () => {
  browser = await launchBrowser()
  server = await startServer({ env: ownerEnv })
  const client = await signIn(server.url)
  const known = await until('an event', async () => (await client.get(PageOf(AuditEntry), '/audit/events')).items[0])
  if (!browser) return
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US' })
  page = await context.newPage()
  await page.route(/\/api\/v1\/audit\/events\?/, async (route) => {
    const beyond = Number(new URL(route.request().url()).searchParams.get('cursor') || rows + 1)
    const items = Array.from({ length: Math.min(pageSize, beyond - 1) }, (_, at) => eventLike(known, beyond - 1 - at))
    const last = items.at(-1)?.seq ?? 1
    await route.fulfill({ json: { items, nextCursor: last > 1 ? String(last) : null, archivedBefore: null } })
  })
  await page.goto(`${server.url}/sign-in`)
  await page.fill('input[type=email]', owner.email)
  await page.fill('input[type=password]', owner.password)
  await page.keyboard.press('Enter')
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
})

afterAll(async () => {
  await browser?.close()
  if (server) await endOf(server.child)
})

const types = ['run.started', 'tool.ended', 'approval.requested', 'connector.renamed'] as const
const eventLike = (known: AuditEntry, seq: number): TracedEntry => ({
  ...known,
  ...{ seq, type: types[seq % types.length] ?? 'run.started', spanId: null, parentSpanId: null },
  id: `evt_${String(seq).padStart(26, '0')}`,
  payload: {
    agent: 'main',
    runId: `run-${seq}`,
    command: `make step-${seq}`,
    tool: 'exec',
    title: `step ${seq}`,
    name: 'x',
  },
})

const Frames = z.object({
  median: z.number(),
  p95: z.number(),
  longest: z.number(),
  over50: z.number(),
  frames: z.number(),
})
const list = "document.querySelector('[data-scroll-restoration-id=audit]')"
const scrollTo = (top: number) => page.evaluate(`${list}.scrollTo(0, ${top})`)
/** Scrolls by so many pixels in each frame and answers how long the frames took. */
const scrollBy = async (pixels: number, frames: number) =>
  Frames.parse(
    await page.evaluate(`(async () => {
      const times = []
      let before = await new Promise(requestAnimationFrame)
      for (let frame = 0; frame < ${frames}; frame += 1) {
        ${list}.scrollTop += ${pixels}
        const now = await new Promise(requestAnimationFrame)
        times.push(now - before)
        before = now
      }
      times.sort((a, b) => a - b)
      const at = (share) => Math.round(times[Math.floor(share * (times.length - 1))])
      const over50 = times.filter((time) => time > 50).length
      return { median: at(0.5), p95: at(0.95), longest: at(1), over50, frames: times.length }
    })()`),
  )
/** Goes to the end again and again until so many rows are loaded. */
const loadAll = () =>
  page.evaluate(`(async () => {
    while (!document.body.textContent.includes('100,000 loaded')) {
      ${list}.scrollTop = ${list}.scrollHeight
      await new Promise(requestAnimationFrame)
    }
  })()`)
const heapMb = async () => {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = z.object({ usedSize: z.number() }).parse(await session.send('Runtime.getHeapUsage'))
  return Math.round(usedSize / 2 ** 20)
}

test('a hundred thousand loaded rows scroll as few do: only those in sight are there', async ({ skip }) => {
  if (!browser) skip('there is no Chromium')
  await page.goto(`${server.url}/audit`)
  await page.waitForSelector('ol[aria-label=Audit] a, [data-index]')
  const few = { heap: await heapMb(), scrolling: await scrollBy(240, 30) }
  const startedAt = Date.now()
  await loadAll()
  const loadedMs = Date.now() - startedAt
  await scrollTo(0)
  const many = { heap: await heapMb(), slowly: await scrollBy(240, 300), fast: await scrollBy(9_000, 300) }
  console.log(
    `100,000 rows loaded in ${loadedMs} ms; JavaScript heap ${few.heap} MB before, ${many.heap} MB after; frames in ms: ` +
      JSON.stringify({ fewRows: few.scrolling, manyRows: many.slowly, manyRowsFast: many.fast }),
  )
  const shown = await page.locator('[data-index]').count()
  expect(shown).toBeGreaterThan(20)
  expect(shown).toBeLessThan(80)
  const middle = 50_000
  await scrollTo(middle * rowHeight)
  await page.waitForSelector(`[data-index="${middle + 5}"]`)
  const link = page.locator(`[data-index="${middle + 5}"]`)
  expect(await link.getAttribute('href')).toBe(`/audit/${rows - middle - 5}`)
}, 300_000)
