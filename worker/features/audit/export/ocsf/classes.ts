/** The version of the Open Cybersecurity Schema Framework (https://schema.ocsf.io) whose classes these are. */
export const ocsfVersion = '1.8.0'

const iam = { uid: 3, name: 'Identity & Access Management' } as const
const application = { uid: 6, name: 'Application Activity' } as const
const findings = { uid: 2, name: 'Findings' } as const

/** The classes that our events become, with the activities of each that are used; `Other` is named by the event itself. */
export const ocsfClasses = {
  accountChange: {
    uid: 3001,
    name: 'Account Change',
    category: iam,
    activities: {
      Create: 1,
      'Password Change': 3,
      'Password Reset': 4,
      'MFA Factor Enable': 10,
      'MFA Factor Disable': 11,
      Other: 99,
    },
  },
  authentication: {
    uid: 3002,
    name: 'Authentication',
    category: iam,
    activities: { Logon: 1, Logoff: 2, Other: 99 },
  },
  entityManagement: {
    uid: 3004,
    name: 'Entity Management',
    category: iam,
    activities: {
      Create: 1,
      Read: 2,
      Update: 3,
      Delete: 4,
      Activate: 10,
      Deactivate: 11,
      Suspend: 12,
      Resume: 13,
      Other: 99,
    },
  },
  userAccess: {
    uid: 3005,
    name: 'User Access Management',
    category: iam,
    activities: { 'Assign Privileges': 1, 'Revoke Privileges': 2 },
  },
  groupManagement: {
    uid: 3006,
    name: 'Group Management',
    category: iam,
    activities: { 'Add User': 3, 'Remove User': 4 },
  },
  applicationLifecycle: {
    uid: 6002,
    name: 'Application Lifecycle',
    category: application,
    activities: { Start: 3, Stop: 4, Update: 8, Other: 99 },
  },
  apiActivity: {
    uid: 6003,
    name: 'API Activity',
    category: application,
    activities: { Create: 1, Read: 2, Update: 3, Delete: 4, Other: 99 },
  },
  detectionFinding: {
    uid: 2004,
    name: 'Detection Finding',
    category: findings,
    activities: { Create: 1 },
  },
} as const

export type OcsfClass = keyof typeof ocsfClasses
type Classes = typeof ocsfClasses
/** What an event becomes. */
export type OcsfKind = {
  [C in OcsfClass]: { class: C; activity: keyof Classes[C]['activities']; failed?: boolean }
}[OcsfClass]
