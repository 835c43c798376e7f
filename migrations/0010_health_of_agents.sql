CREATE TABLE `health_changes` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`connector_id` text NOT NULL,
	`agent_id` text,
	`state` text NOT NULL,
	`causes` text NOT NULL,
	`is_flapping` integer NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `health_changes_by_subject` ON `health_changes` (`organization_id`,`connector_id`,`agent_id`,`at`,`id`);--> statement-breakpoint
CREATE INDEX `health_changes_by_time` ON `health_changes` (`at`);--> statement-breakpoint
ALTER TABLE `agents` ADD `health` text DEFAULT 'healthy' NOT NULL;--> statement-breakpoint
ALTER TABLE `agents` ADD `health_causes` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `agents` ADD `health_since` integer;--> statement-breakpoint
ALTER TABLE `agents` ADD `is_flapping` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `connectors` ADD `health` text DEFAULT 'healthy' NOT NULL;--> statement-breakpoint
ALTER TABLE `connectors` ADD `health_causes` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `connectors` ADD `health_since` integer;--> statement-breakpoint
ALTER TABLE `connectors` ADD `is_flapping` integer DEFAULT false NOT NULL;