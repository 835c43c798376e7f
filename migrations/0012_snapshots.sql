CREATE TABLE `snapshot_checks` (
	`connector_id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`due_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `snapshot_checks_due` ON `snapshot_checks` (`due_at`);--> statement-breakpoint
CREATE TABLE `snapshot_contents` (
	`organization_id` text NOT NULL,
	`hash` text NOT NULL,
	`sealed` text NOT NULL,
	`size` integer NOT NULL,
	PRIMARY KEY(`organization_id`, `hash`)
);
--> statement-breakpoint
CREATE TABLE `snapshots` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`agent_id` text NOT NULL,
	`connector_id` text NOT NULL,
	`scope` text NOT NULL,
	`version` integer NOT NULL,
	`hash` text NOT NULL,
	`cause` text NOT NULL,
	`author_id` text,
	`author_name` text,
	`change_id` text,
	`approval_id` text,
	`trace_id` text,
	`restores` integer,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `snapshots_by_version` ON `snapshots` (`agent_id`,`scope`,`version`);--> statement-breakpoint
CREATE INDEX `snapshots_by_agent` ON `snapshots` (`organization_id`,`agent_id`,`at`);