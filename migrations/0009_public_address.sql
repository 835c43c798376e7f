CREATE TABLE `audit_public_addresses` (
	`organization_id` text PRIMARY KEY NOT NULL,
	`token` text NOT NULL,
	`opened_at` integer NOT NULL,
	`opened_by_name` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `audit_public_addresses_token_unique` ON `audit_public_addresses` (`token`);