CREATE TABLE `audit_searches` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`owner_id` text NOT NULL,
	`name` text NOT NULL,
	`query` text NOT NULL,
	`is_shared` integer NOT NULL,
	`changed_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `audit_searches_by_owner` ON `audit_searches` (`organization_id`,`owner_id`,`name`);--> statement-breakpoint
CREATE INDEX `audit_searches_shared` ON `audit_searches` (`organization_id`,`is_shared`);