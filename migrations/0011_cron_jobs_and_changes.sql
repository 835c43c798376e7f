CREATE TABLE `cron_changes` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`connector_id` text NOT NULL,
	`agent_id` text,
	`agent` text,
	`job_id` text,
	`external_id` text,
	`job_name` text NOT NULL,
	`kind` text NOT NULL,
	`state` text NOT NULL,
	`sealed` text NOT NULL,
	`base_revision` text,
	`merged` integer DEFAULT 0 NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`ordered_by_id` text NOT NULL,
	`ordered_by_name` text NOT NULL,
	`ordered_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`ended_at` integer,
	`failure` text,
	`detail` text,
	`reference` text
);
--> statement-breakpoint
CREATE INDEX `cron_changes_by_organization` ON `cron_changes` (`organization_id`,`id`);--> statement-breakpoint
CREATE INDEX `cron_changes_open` ON `cron_changes` (`connector_id`,`id`) WHERE state in ('waiting', 'sent', 'conflict');--> statement-breakpoint
CREATE INDEX `cron_changes_due` ON `cron_changes` (`expires_at`) WHERE state in ('waiting', 'sent', 'conflict');--> statement-breakpoint
CREATE UNIQUE INDEX `cron_changes_waiting` ON `cron_changes` (`job_id`) WHERE state = 'waiting' and kind <> 'run';--> statement-breakpoint
CREATE UNIQUE INDEX `cron_changes_under_way` ON `cron_changes` (`job_id`) WHERE state in ('sent', 'conflict') and kind <> 'run';--> statement-breakpoint
CREATE TABLE `cron_jobs` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`connector_id` text NOT NULL,
	`external_id` text NOT NULL,
	`agent_id` text,
	`name` text NOT NULL,
	`description` text,
	`schedule` text NOT NULL,
	`payload_kind` text NOT NULL,
	`message` text,
	`session_target` text,
	`revision` text,
	`is_managed` integer NOT NULL,
	`is_enabled` integer NOT NULL,
	`is_auto_disabled` integer DEFAULT false NOT NULL,
	`next_run_at` integer,
	`last_run_at` integer,
	`last_status` text,
	`last_error` text,
	`running_since` integer,
	`consecutive_failures` integer DEFAULT 0 NOT NULL,
	`state` text NOT NULL,
	`digest` text NOT NULL,
	`first_seen_at` integer NOT NULL,
	`seen_at` integer NOT NULL,
	`failure_threshold` integer,
	`failing_since` integer,
	`missed_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `cron_jobs_by_external_id` ON `cron_jobs` (`connector_id`,`external_id`);--> statement-breakpoint
CREATE INDEX `cron_jobs_by_name` ON `cron_jobs` (`organization_id`,`name`,`id`);--> statement-breakpoint
CREATE INDEX `cron_jobs_by_agent` ON `cron_jobs` (`organization_id`,`agent_id`);--> statement-breakpoint
CREATE INDEX `cron_jobs_failing` ON `cron_jobs` (`organization_id`,`failing_since`) WHERE failing_since is not null;--> statement-breakpoint
CREATE INDEX `cron_jobs_due` ON `cron_jobs` (`next_run_at`) WHERE next_run_at is not null;--> statement-breakpoint
CREATE TABLE `cron_runs` (
	`connector_id` text NOT NULL,
	`external_id` text NOT NULL,
	`at` integer NOT NULL,
	`organization_id` text NOT NULL,
	`agent_id` text,
	`job_name` text NOT NULL,
	`status` text NOT NULL,
	`duration_ms` integer,
	`summary` text,
	`error` text,
	`session_key` text,
	`trace_id` text,
	`model` text,
	`input_tokens` integer,
	`output_tokens` integer,
	PRIMARY KEY(`connector_id`, `external_id`, `at`)
);
--> statement-breakpoint
CREATE INDEX `cron_runs_by_time` ON `cron_runs` (`organization_id`,`at`);--> statement-breakpoint
CREATE INDEX `cron_runs_by_age` ON `cron_runs` (`at`);--> statement-breakpoint
CREATE TABLE `cron_settings` (
	`organization_id` text PRIMARY KEY NOT NULL,
	`failure_threshold` integer NOT NULL,
	`version` integer DEFAULT 1 NOT NULL
);
