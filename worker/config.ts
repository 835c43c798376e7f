import { z } from 'zod'

const jsonOf = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((text, ctx) => {
      try {
        return JSON.parse(text) as unknown
      } catch {
        ctx.addIssue({ code: 'custom', message: 'not JSON' })
        return z.NEVER
      }
    })
    .pipe(schema)

const SigningKey = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  kid: z.string().min(1),
  x: z.string(),
  d: z.string(),
})

const Vars = z.object({
  /** Where people reach this installation; issuer of tokens, base of links. */
  PUBLIC_URL: z.url().default('http://localhost:8787'),
  /** The header in which a trusted party in front of us tells the caller's address; empty where there is none. */
  ADDRESS_HEADER: z
    .string()
    .regex(/^[a-z0-9-]*$/)
    .default('cf-connecting-ip'),
  REGISTRATION: z.enum(['open', 'invite']).default('open'),
  /** Private Ed25519 JWKs, newest first: the first signs, all verify. */
  SIGNING_KEYS: jsonOf(z.array(SigningKey).min(1)),
  /** AES-256 keys as `{id, key}` (base64url), newest first: the first seals, all open. */
  ENCRYPTION_KEYS: jsonOf(z.tuple([EncryptionKey()]).rest(EncryptionKey())),
  /** `allow`: what people give us to call may be in the network that this installation stands in. */
  OUTBOUND_PRIVATE: z.enum(['refuse', 'allow']).default('refuse'),
  SETUP_TOKEN: z.string().min(20).optional(),
  OPERATOR_TOKEN: z.string().min(20).optional(),
  SMTP_URL: z.url().optional(),
  MAIL_FROM: z.string().default('ClawButler <clawbutler@localhost>'),
  GITHUB_CLIENT_ID: z.string().optional(),
  GITHUB_CLIENT_SECRET: z.string().optional(),
  GITHUB_URL: z.url().default('https://github.com'),
  GITHUB_API_URL: z.url().default('https://api.github.com'),
  GOOGLE_CLIENT_ID: z.string().optional(),
  GOOGLE_CLIENT_SECRET: z.string().optional(),
  GOOGLE_ISSUER: z.url().default('https://accounts.google.com'),
})

function EncryptionKey() {
  return z.object({ id: z.string().regex(/^[a-z0-9]{1,16}$/), key: z.string().length(43) })
}

export interface Config extends ReturnType<typeof read> {}

const read = (env: object) => {
  const vars = Vars.parse(env)
  return {
    publicUrl: vars.PUBLIC_URL.replace(/\/$/, ''),
    addressHeader: vars.ADDRESS_HEADER,
    registration: vars.REGISTRATION,
    signingKeys: vars.SIGNING_KEYS,
    encryptionKeys: vars.ENCRYPTION_KEYS,
    outboundPrivate: vars.OUTBOUND_PRIVATE === 'allow',
    setupToken: vars.SETUP_TOKEN,
    operatorToken: vars.OPERATOR_TOKEN,
    mail: { smtpUrl: vars.SMTP_URL, from: vars.MAIL_FROM },
    github:
      vars.GITHUB_CLIENT_ID && vars.GITHUB_CLIENT_SECRET
        ? {
            clientId: vars.GITHUB_CLIENT_ID,
            clientSecret: vars.GITHUB_CLIENT_SECRET,
            url: vars.GITHUB_URL,
            apiUrl: vars.GITHUB_API_URL,
          }
        : null,
    google:
      vars.GOOGLE_CLIENT_ID && vars.GOOGLE_CLIENT_SECRET
        ? { clientId: vars.GOOGLE_CLIENT_ID, clientSecret: vars.GOOGLE_CLIENT_SECRET, issuer: vars.GOOGLE_ISSUER }
        : null,
  }
}

const parsed = new WeakMap<object, Config>()

/** The only reader of string values of the environment; parsed once for each isolate. Throws when one is wrong. */
export const configOf = (env: object): Config => {
  const known = parsed.get(env) ?? read(env)
  parsed.set(env, known)
  return known
}
