import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build, type Plugin } from 'vite'

const folder = import.meta.dirname

const digestOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** The page as one file that needs nothing else: its script and its style inside, and allowed by their hashes alone. */
const makePage = async (): Promise<string> => {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'baseline-widely-available',
      lib: { entry: join(folder, 'main.ts'), formats: ['es'], fileName: 'main' },
    },
  })
  const [{ output } = { output: [] }] = Array.isArray(built) ? built : 'output' in built ? [built] : []
  const script = output.flatMap((file) => (file.type === 'chunk' ? [file.code.trim()] : []))[0]
  if (script === undefined || script.includes('</script')) throw new Error('the verifier did not build into one script')
  const page = readFileSync(join(folder, 'page.html'), 'utf8')
  const style = /<style>([\s\S]*)<\/style>/.exec(page)?.[1] ?? ''
  const policy = `default-src 'none'; script-src ${digestOf(script)}; style-src ${digestOf(style)}; base-uri 'none'; form-action 'none'`
  return page
    .replace(
      '<meta charset="utf-8" />',
      `<meta charset="utf-8" />\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />`,
    )
    .replace('<script type="module"></script>', () => `<script type="module">${script}</script>`)
}

/** Puts the verifier beside the UI, from where it is taken home and opened without a network. */
export const verifierPage = (): Plugin => ({
  name: 'verifier-page',
  apply: 'build',
  writeBundle: async ({ dir = '' }) => {
    const path = join(dir, 'verify.html')
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, await makePage())
  },
})
