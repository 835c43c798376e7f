/** Three fingers of a claw that are also the m of a butler's white glove. */
export const Mark = ({ size = 28 }: { size?: number }) => (
  <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" className="shrink-0">
    <rect width="32" height="32" rx="8" fill="var(--accent)" />
    <path
      d="M9 22.5V12.2C9 9.9 10.6 8.5 12.6 8.5M16 23.5V11.2c0-2.2-1.3-3.2-3.4-2.7M23 22.5V12.2c0-2.3-1.6-3.7-3.6-3.7-2.1 0-3.4 1-3.4 2.7"
      stroke="var(--accent-ink)"
      strokeWidth="2.2"
      fill="none"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  </svg>
)
