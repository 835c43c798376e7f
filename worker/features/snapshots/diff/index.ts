export { applyDiff } from './apply-diff.ts'
export { semanticDiff } from './semantic-diff.ts'
