CREATE TABLE `kill_drills` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`connector_id` text NOT NULL,
	`state` text NOT NULL,
	`ordered_by_id` text NOT NULL,
	`ordered_by_name` text NOT NULL,
	`ordered_at` integer NOT NULL,
	`deadline` integer NOT NULL,
	`ended_at` integer,
	`report` text,
	`detail` text
);
--> statement-breakpoint
CREATE INDEX `kill_drills_by_organization` ON `kill_drills` (`organization_id`,`id`);--> statement-breakpoint
CREATE INDEX `kill_drills_by_connector` ON `kill_drills` (`connector_id`,`id`);--> statement-breakpoint
CREATE INDEX `kill_drills_open` ON `kill_drills` (`deadline`) WHERE state = 'ordered';--> statement-breakpoint
CREATE TABLE `kill_orders` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`scope_kind` text NOT NULL,
	`scope_ref` text,
	`scope_name` text NOT NULL,
	`reason` text NOT NULL,
	`policy` text NOT NULL,
	`ordered_by_id` text NOT NULL,
	`ordered_by_name` text NOT NULL,
	`ordered_at` integer NOT NULL,
	`recover_by_id` text,
	`recover_by_name` text,
	`recover_reason` text,
	`recover_at` integer,
	`ended_at` integer
);
--> statement-breakpoint
CREATE INDEX `kill_orders_by_organization` ON `kill_orders` (`organization_id`,`id`);--> statement-breakpoint
CREATE INDEX `kill_orders_open` ON `kill_orders` (`organization_id`,`scope_kind`) WHERE recover_at is null;--> statement-breakpoint
CREATE TABLE `kill_targets` (
	`order_id` text NOT NULL,
	`connector_id` text NOT NULL,
	`organization_id` text NOT NULL,
	`is_all` integer NOT NULL,
	`state` text NOT NULL,
	`revision` integer NOT NULL,
	`handed_revision` integer NOT NULL,
	`ordered_at` integer NOT NULL,
	`delivered_at` integer,
	`confirmed_at` integer,
	`recovered_at` integer,
	`failure` text,
	`detail` text,
	PRIMARY KEY(`order_id`, `connector_id`)
);
--> statement-breakpoint
CREATE INDEX `kill_targets_by_connector` ON `kill_targets` (`organization_id`,`connector_id`);--> statement-breakpoint
CREATE INDEX `kill_targets_to_hand_over` ON `kill_targets` (`organization_id`) WHERE handed_revision < revision;--> statement-breakpoint
CREATE TABLE `killed_agents` (
	`order_id` text NOT NULL,
	`connector_id` text NOT NULL,
	`external_id` text NOT NULL,
	`organization_id` text NOT NULL,
	`agent_id` text,
	`state` text NOT NULL,
	`at` integer NOT NULL,
	`told` text,
	`broken_count` integer DEFAULT 0 NOT NULL,
	`broken_at` integer,
	PRIMARY KEY(`order_id`, `connector_id`, `external_id`)
);
--> statement-breakpoint
CREATE INDEX `killed_agents_by_agent` ON `killed_agents` (`agent_id`);--> statement-breakpoint
ALTER TABLE `agents` ADD `stop_order_id` text;--> statement-breakpoint
ALTER TABLE `agents` ADD `stopped_at` integer;--> statement-breakpoint
CREATE INDEX `agents_stopped` ON `agents` (`organization_id`,`stop_order_id`) WHERE stop_order_id is not null;