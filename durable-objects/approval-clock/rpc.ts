/** An organization's clock for its approvals. */
export interface ApprovalClockRpc {
  /** Goes off at `at` (milliseconds since 1970) at the latest. When it resolves, that is durable. Twice is once. */
  wake(organizationId: string, at: number): Promise<void>
}
