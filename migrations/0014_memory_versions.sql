CREATE TABLE `memory_contents` (
	`agent_id` text NOT NULL,
	`digest` text NOT NULL,
	`organization_id` text NOT NULL,
	`connector_id` text NOT NULL,
	`sealed` text NOT NULL,
	PRIMARY KEY(`agent_id`, `digest`)
);
--> statement-breakpoint
CREATE INDEX `memory_contents_by_connector` ON `memory_contents` (`organization_id`,`connector_id`);--> statement-breakpoint
CREATE TABLE `memory_versions` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`agent_id` text NOT NULL,
	`connector_id` text NOT NULL,
	`path` text NOT NULL,
	`hash` text,
	`digest` text,
	`size_bytes` integer NOT NULL,
	`redactions` integer NOT NULL,
	`source` text NOT NULL,
	`author_id` text,
	`author_name` text,
	`change_id` text,
	`restored_from` text,
	`at` integer NOT NULL,
	`seen_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `memory_versions_by_path` ON `memory_versions` (`organization_id`,`agent_id`,`path`,`id`);--> statement-breakpoint
CREATE INDEX `memory_versions_by_connector` ON `memory_versions` (`organization_id`,`connector_id`);