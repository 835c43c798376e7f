import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** What the judge made, in another language and from docs/design/cbpkg.md alone. */
export const Vectors = z.array(
  z.strictObject({
    name: z.string(),
    passphrase: z.string(),
    /** Base64, as the contents. */
    file: z.string(),
    keys: z.record(z.string(), z.string()).optional(),
    contents: z.record(z.string(), z.string()).optional(),
    refusal: z.string().optional(),
  }),
)

export const vectors = Vectors.parse(JSON.parse(readFileSync(join(import.meta.dirname, 'vectors.json'), 'utf8')))
