ALTER TABLE `approvals` ADD `gateway_offers_always` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `approvals` ADD `has_callback` integer DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX `approvals_escalating` ON `approvals` (`organization_id`,`escalates_at`) WHERE escalates_at is not null and escalated_at is null and state = 'pending';