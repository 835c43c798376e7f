/** Conditions that many begin with; the names are in the catalogue. */
export const templates = [
  { id: 'high', condition: 'risk.atLeast("high")' },
  { id: 'readOnly', condition: 'risk == "low" && "read-only" in riskRules' },
  { id: 'gitPush', condition: 'argv.startsWith(["git", "push"])' },
  { id: 'force', condition: 'argv.hasOption("--force")' },
  { id: 'delete', condition: '"destructive-delete" in riskRules' },
  { id: 'production', condition: 'cwd.within("/srv/prod") || command.contains("prod")' },
  { id: 'irreversible', condition: 'reversibility == "irreversible"' },
  { id: 'costly', condition: 'costMicroUsd != null && costMicroUsd > 5000000' },
  { id: 'night', condition: 'time.hour < 7 || time.hour >= 22' },
  { id: 'weekend', condition: 'time.weekday >= 6' },
  { id: 'tool', condition: 'source == "openclaw.plugin" && action == "browser"' },
] as const
