import { z } from 'zod'
import { backwards, inOrder, SearchFilter } from '../contract.ts'

/** `jsonl`: entries as the API lists them. `csv`: RFC 4180 with a header. `ocsf`: OCSF events, one on each line. */
export const exportFormats = ['jsonl', 'csv', 'ocsf'] as const
export const ExportFormat = z.enum(exportFormats)
export type ExportFormat = z.infer<typeof ExportFormat>

export const ExportEvents = SearchFilter.extend({ format: ExportFormat.default('jsonl') }).refine(inOrder, backwards)
export type ExportEvents = z.infer<typeof ExportEvents>
