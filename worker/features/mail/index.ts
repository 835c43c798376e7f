export { type Letter, mailStatement, newMail } from './post.ts'
export { sendDueMails, sendSoon } from './send.ts'
