CREATE TABLE `snapshot_agent_checks` (
	`agent_id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`due_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `snapshot_agent_checks_due` ON `snapshot_agent_checks` (`due_at`);