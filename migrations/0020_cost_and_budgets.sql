CREATE TABLE `budget_alerts` (
	`budget_id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`revision` integer NOT NULL,
	`state` text NOT NULL,
	`since` integer NOT NULL,
	`until` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `budget_alerts_standing` ON `budget_alerts` (`organization_id`,`until`) WHERE state <> 'ok';--> statement-breakpoint
CREATE TABLE `budget_happenings` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`budget_id` text NOT NULL,
	`at` integer NOT NULL,
	`kind` text NOT NULL,
	`because` text NOT NULL,
	`action` text,
	`period_start` integer NOT NULL,
	`version` integer NOT NULL,
	`spent_micro_usd` integer NOT NULL,
	`allowed_micro_usd` integer NOT NULL,
	`amount_micro_usd` integer,
	`reason` text,
	`approval_id` text,
	`by_kind` text,
	`by_id` text,
	`by_name` text
);
--> statement-breakpoint
CREATE INDEX `budget_happenings_by_budget` ON `budget_happenings` (`organization_id`,`budget_id`,`at`,`id`);--> statement-breakpoint
CREATE TABLE `budget_versions` (
	`budget_id` text NOT NULL,
	`version` integer NOT NULL,
	`organization_id` text NOT NULL,
	`settings` text,
	`changed_at` integer NOT NULL,
	PRIMARY KEY(`budget_id`, `version`)
);
--> statement-breakpoint
CREATE INDEX `budget_versions_by_time` ON `budget_versions` (`organization_id`,`changed_at`);--> statement-breakpoint
CREATE TABLE `budgets` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`name` text NOT NULL,
	`scope_kind` text NOT NULL,
	`scope_ref` text,
	`period` text NOT NULL,
	`time_zone` text NOT NULL,
	`limit_micro_usd` integer NOT NULL,
	`warn_percent` integer NOT NULL,
	`on_limit` text NOT NULL,
	`raise_micro_usd` integer,
	`version` integer NOT NULL,
	`handed_version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`changed_at` integer NOT NULL,
	`changed_by_kind` text NOT NULL,
	`changed_by_id` text NOT NULL,
	`changed_by_name` text NOT NULL,
	`removed_at` integer
);
--> statement-breakpoint
CREATE INDEX `budgets_by_organization` ON `budgets` (`organization_id`,`id`) WHERE removed_at is null;--> statement-breakpoint
CREATE INDEX `budgets_to_hand_over` ON `budgets` (`organization_id`) WHERE handed_version < version;--> statement-breakpoint
CREATE TABLE `cost_days` (
	`organization_id` text NOT NULL,
	`day` text NOT NULL,
	`connector_id` text NOT NULL,
	`agent` text NOT NULL,
	`model` text NOT NULL,
	`runs` integer NOT NULL,
	`unpriced_runs` integer NOT NULL,
	`input_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`cost_micro_usd` integer NOT NULL,
	`revision` integer NOT NULL,
	PRIMARY KEY(`organization_id`, `day`, `connector_id`, `agent`, `model`)
);
--> statement-breakpoint
ALTER TABLE `kill_orders` ADD `budget_id` text;--> statement-breakpoint
ALTER TABLE `kill_orders` ADD `once_key` text;--> statement-breakpoint
CREATE UNIQUE INDEX `kill_orders_once` ON `kill_orders` (`organization_id`,`once_key`) WHERE once_key is not null;