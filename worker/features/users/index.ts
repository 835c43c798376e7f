export { type User, users } from './schema.ts'
export {
  anyUserExists,
  findUser,
  findUserByEmail,
  insertFirstUserStatement,
  insertUserStatement,
  insertUserWhereStatement,
  isEmailTaken,
  userExists,
  verifyEmailStatement,
} from './store.ts'
