CREATE TABLE `witness_keys` (
	`organization_id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`public_key` text NOT NULL,
	`sealed` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `witnessed_logs` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`origin` text NOT NULL,
	`vkeys` text NOT NULL,
	`size` integer NOT NULL,
	`root` text NOT NULL,
	`cosigned_at` integer,
	`contradicted_at` integer,
	`created_at` integer NOT NULL,
	`removed_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `witnessed_logs_by_origin` ON `witnessed_logs` (`organization_id`,`origin`);