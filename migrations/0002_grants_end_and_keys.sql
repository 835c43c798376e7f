CREATE TABLE `idempotency_keys` (
	`organization_id` text NOT NULL,
	`caller` text NOT NULL,
	`key` text NOT NULL,
	`request_digest` text NOT NULL,
	`attempt` text NOT NULL,
	`claimed_at` integer NOT NULL,
	`answered_at` integer,
	`answer` text,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`organization_id`, `caller`, `key`)
);
--> statement-breakpoint
CREATE INDEX `idempotency_keys_by_expiry` ON `idempotency_keys` (`expires_at`);--> statement-breakpoint
ALTER TABLE `audit_outbox` ADD `set_aside_at` integer;--> statement-breakpoint
ALTER TABLE `grants` ADD `ended_at` integer;--> statement-breakpoint
ALTER TABLE `grants` ADD `gateway_at` integer;--> statement-breakpoint
CREATE INDEX `grants_in_force` ON `grants` (`organization_id`,`ended_at`,`agent_id`);--> statement-breakpoint
CREATE INDEX `grants_by_end` ON `grants` (`ended_at`,`expires_at`);--> statement-breakpoint
CREATE INDEX `grants_at_gateway` ON `grants` (`connector_id`,`gateway`);