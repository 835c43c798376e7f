/** What finds secrets and personal data in a text, and nothing else: pure, and the same on a person's machine. */
export { isSecretField } from './named.ts'
export { scan } from './scan.ts'
