import { z } from 'zod'
import { Id, Risk } from '../../../platform/contract.ts'
import { Reversibility } from '../../rules/contract.ts'
import { Evidence } from '../contract.ts'

const minuteMs = 60_000

/** A request of any system: `POST /api/v1/approvals`, with an Idempotency-Key. */
export const RequestApproval = z.strictObject({
  action: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .regex(/^[\w.:/-]+$/),
  title: z.string().trim().min(1).max(300),
  command: z.string().max(32_000).default(''),
  arguments: z.record(z.string().max(200), z.unknown()).nullable().default(null),
  cwd: z.string().max(4_000).nullable().default(null),
  host: z.string().max(300).nullable().default(null),
  agentId: Id('agt').nullable().default(null),
  sessionKey: z.string().max(300).nullable().default(null),
  /** The least it is; what the command says by itself can only raise it. */
  risk: Risk.default('medium'),
  impact: z.string().trim().max(2_000).nullable().default(null),
  reversibility: Reversibility.default('unknown'),
  costMicroUsd: z.number().int().nonnegative().max(1_000_000_000_000).nullable().default(null),
  evidence: z.array(Evidence).max(20).default([]),
  expiresInMs: z
    .number()
    .int()
    .min(10_000)
    .max(30 * 24 * 60 * minuteMs)
    .default(30 * minuteMs),
  /** Told of the decision by a signed POST (Standard Webhooks); the secret is the requester's own, `whsec_…`. */
  callback: z
    .strictObject({ url: z.url().max(2_000), secret: z.string().regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/) })
    .nullable()
    .default(null),
})
export type RequestApproval = z.infer<typeof RequestApproval>

/** What the requester is about to do, so that it can be held against what was shown. */
export const ConfirmApproval = z.strictObject({
  action: z.string().max(200),
  command: z.string().max(32_000).default(''),
  arguments: z.record(z.string().max(200), z.unknown()).nullable().default(null),
  cwd: z.string().max(4_000).nullable().default(null),
})
export type ConfirmApproval = z.infer<typeof ConfirmApproval>
