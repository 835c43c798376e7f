import { buildIfStale } from '../../cli/serve/build.ts'

/** The production bundle is built once, before any test starts a server. */
export default async function setup(): Promise<void> {
  await buildIfStale(console.log)
}
