import { buildIfStale } from '../../cli/serve/build.ts'
import { installBrowser } from '../support/product/browser.ts'

/** Once before all: the production bundle is built, and a browser is there if this machine allows it. */
export default async function setup(): Promise<void> {
  installBrowser(console.log)
  await buildIfStale(console.log)
}
