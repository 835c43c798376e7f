CREATE TABLE `masking_policies` (
	`organization_id` text PRIMARY KEY NOT NULL,
	`version` integer NOT NULL,
	`policy` text NOT NULL,
	`sealed_key` text NOT NULL,
	`changed_at` integer,
	`changed_by_name` text
);
