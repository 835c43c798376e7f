/** What was asked for does not fit one answer. */
export class TooLarge extends Error {}

/** What a change was made to is not what is there now. */
export class Stale extends Error {}

/** The connector stopped between doing and answering, and nothing tells whether it was done. */
export class UnknownOutcome extends Error {}

export class NotThere extends Error {}

/** The gateway made it and keeps it: a change would be undone, or break what it does for itself. */
export class Managed extends Error {}

export class Refused extends Error {}
