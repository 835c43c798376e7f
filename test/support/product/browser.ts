import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Installs Debian's Chromium where there is none and we may; says so where it cannot. */
export const installBrowser = (say: (line: string) => void): void => {
  if (
    process.env.CHROMIUM_PATH ||
    places.some(existsSync) ||
    process.getuid?.() !== 0 ||
    !existsSync('/usr/bin/apt-get')
  )
    return
  say('Installing Chromium …')
  try {
    execFileSync('apt-get', ['update'], { stdio: 'ignore' })
    execFileSync('apt-get', ['install', '--yes', '--no-install-recommends', 'chromium'], { stdio: 'ignore' })
  } catch (error) {
    say(`Chromium could not be installed: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Debian's Chromium, headless; null where there is none. */
export const launchBrowser = async (): Promise<Browser | null> => {
  const executablePath = process.env.CHROMIUM_PATH ?? places.find(existsSync)
  if (!executablePath) return null
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
