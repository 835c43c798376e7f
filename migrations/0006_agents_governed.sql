CREATE TABLE `agent_changes` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`agent_id` text NOT NULL,
	`connector_id` text NOT NULL,
	`kind` text NOT NULL,
	`state` text NOT NULL,
	`touches` text NOT NULL,
	`before` text,
	`after` text,
	`reference` text,
	`job_id` text,
	`failure` text,
	`detail` text,
	`reason` text,
	`restore` text,
	`ordered_by_id` text NOT NULL,
	`ordered_by_name` text NOT NULL,
	`ordered_at` integer NOT NULL,
	`deadline` integer NOT NULL,
	`ended_at` integer
);
--> statement-breakpoint
CREATE INDEX `agent_changes_by_agent` ON `agent_changes` (`organization_id`,`agent_id`,`id`);--> statement-breakpoint
CREATE INDEX `agent_changes_open` ON `agent_changes` (`deadline`) WHERE state = 'ordered';--> statement-breakpoint
CREATE TABLE `agent_facts` (
	`agent_id` text NOT NULL,
	`part` text NOT NULL,
	`organization_id` text NOT NULL,
	`connector_id` text NOT NULL,
	`sealed` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`agent_id`, `part`)
);
--> statement-breakpoint
CREATE INDEX `agent_facts_by_connector` ON `agent_facts` (`organization_id`,`connector_id`);--> statement-breakpoint
ALTER TABLE `agents` ADD `display_name` text;--> statement-breakpoint
ALTER TABLE `agents` ADD `owner_id` text;--> statement-breakpoint
ALTER TABLE `agents` ADD `resource_group` text;--> statement-breakpoint
ALTER TABLE `agents` ADD `tags` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `agents` ADD `version` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `agents` ADD `disabled_at` integer;--> statement-breakpoint
ALTER TABLE `agents` ADD `disabled_reason` text;--> statement-breakpoint
ALTER TABLE `agents` ADD `restore` text;--> statement-breakpoint
CREATE INDEX `agents_by_name` ON `agents` (`organization_id`,`name`,`id`);--> statement-breakpoint
CREATE INDEX `agents_by_activity` ON `agents` (`organization_id`,`last_active_at`,`id`);