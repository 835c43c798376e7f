import { resolve } from 'node:path'
import { z } from 'zod'

const Environment = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8787),
  CLAWBUTLER_STATE_DIR: z.string().min(1).default('.clawbutler'),
  CLAWBUTLER_PUBLIC_URL: z.url().optional(),
  CLAWBUTLER_BOOTSTRAP_EMAIL: z.email().optional(),
  CLAWBUTLER_BOOTSTRAP_PASSWORD: z.string().optional(),
  CLAWBUTLER_REGISTRATION: z.enum(['open', 'invite']).optional(),
  /** Whether callbacks may go to plain http and to addresses of the network this machine stands in. */
  CLAWBUTLER_OUTBOUND_PRIVATE: z.enum(['refuse', 'allow']).optional(),
  CLAWBUTLER_SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  CLAWBUTLER_ADDRESS_HEADER: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .optional(),
})

/** Passed on to the Worker as they are, when they are set. */
const passedOn = [
  'REGISTRATION',
  'OUTBOUND_PRIVATE',
  'SMTP_URL',
  'MAIL_FROM',
  'GITHUB_CLIENT_ID',
  'GITHUB_CLIENT_SECRET',
  'GITHUB_URL',
  'GITHUB_API_URL',
  'GOOGLE_CLIENT_ID',
  'GOOGLE_CLIENT_SECRET',
  'GOOGLE_ISSUER',
] as const

export interface ServeOptions {
  host: string
  port: number
  stateDir: string
  publicUrl: string
  bootstrap: { email: string; password: string } | null
  vars: Record<string, string>
}

/** Reads the environment. Throws a ZodError that names the variable that is wrong. */
export const readOptions = (env: NodeJS.ProcessEnv): ServeOptions => {
  const given = Environment.parse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')))
  const { CLAWBUTLER_BOOTSTRAP_EMAIL: email, CLAWBUTLER_BOOTSTRAP_PASSWORD: password } = given
  return {
    host: given.HOST,
    port: given.PORT,
    stateDir: resolve(given.CLAWBUTLER_STATE_DIR),
    publicUrl: given.CLAWBUTLER_PUBLIC_URL ?? addressOf(given.HOST, given.PORT),
    bootstrap: email && password ? { email, password } : null,
    vars: {
      // Without a proxy that sets it, a header that tells the caller's address is whatever the caller wrote.
      ADDRESS_HEADER: given.CLAWBUTLER_ADDRESS_HEADER ?? '',
      ...Object.fromEntries(
        passedOn.flatMap((name) => {
          const value = env[`CLAWBUTLER_${name}`]
          return value ? [[name, value]] : []
        }),
      ),
    },
  }
}

/** The same installation on another port; an address that was given stays as it is. */
export const onPort = (options: ServeOptions, port: number): ServeOptions => ({
  ...options,
  port,
  publicUrl:
    options.publicUrl === addressOf(options.host, options.port) ? addressOf(options.host, port) : options.publicUrl,
})

/** Passkeys need a name rather than an address, so a loopback installation calls itself localhost. */
const addressOf = (host: string, port: number): string =>
  `http://${['127.0.0.1', '::1', '0.0.0.0', '::'].includes(host) ? 'localhost' : host}:${port}`
