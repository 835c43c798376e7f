CREATE TABLE `artifact_restore_writes` (
	`restore_id` text NOT NULL,
	`organization_id` text NOT NULL,
	`scope` text NOT NULL,
	`agent` text NOT NULL,
	`name` text NOT NULL,
	`before` text NOT NULL,
	`after` text NOT NULL,
	PRIMARY KEY(`restore_id`, `scope`, `agent`, `name`, `before`, `after`)
);
