CREATE TABLE `audit_streams` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`name` text NOT NULL,
	`kind` text NOT NULL,
	`url` text NOT NULL,
	`body` text,
	`header_name` text,
	`secret` text NOT NULL,
	`previous_secret` text,
	`previous_until` integer,
	`format` text NOT NULL,
	`filter` text NOT NULL,
	`batch_size` integer NOT NULL,
	`state` text NOT NULL,
	`failing_reason` text,
	`failing_since` integer,
	`version` integer NOT NULL,
	`run` integer NOT NULL,
	`start_after` integer NOT NULL,
	`created_at` integer NOT NULL,
	`created_by_name` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `audit_streams_by_organization` ON `audit_streams` (`organization_id`);--> statement-breakpoint
CREATE INDEX `audit_streams_by_state` ON `audit_streams` (`state`);