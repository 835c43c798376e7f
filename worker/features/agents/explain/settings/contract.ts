import { z } from 'zod'

/** agent: its own entry. defaults: of all agents. global: `tools` and the like. gateway: filled in by the gateway. */
export const settingLayers = ['agent', 'defaults', 'global', 'gateway', 'builtIn'] as const

export const SettingLayer = z.enum(settingLayers)

export const Setting = z.strictObject({
  name: z.string(),
  value: z.unknown(),
  layer: SettingLayer,
  /** Null where it is built in. */
  path: z.string().nullable(),
  /** False for a key that this version of ClawButler has not heard of. */
  known: z.boolean(),
  /** Values of lower layers that do not count. */
  hides: z.array(z.strictObject({ value: z.unknown(), layer: SettingLayer, path: z.string().nullable() })),
})

export type Setting = z.infer<typeof Setting>
