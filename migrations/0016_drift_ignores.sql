CREATE TABLE `drift_ignores` (
	`organization_id` text PRIMARY KEY NOT NULL,
	`version` integer NOT NULL,
	`patterns` text NOT NULL,
	`changed_at` integer NOT NULL,
	`changed_by_name` text
);
