DROP INDEX `approvals_by_state`;--> statement-breakpoint
DROP INDEX `approvals_by_external_id`;--> statement-breakpoint
DROP INDEX `approvals_open`;--> statement-breakpoint
DROP INDEX `approvals_pending_by_agent`;--> statement-breakpoint
CREATE UNIQUE INDEX `approvals_by_external_id` ON `approvals` (`connector_id`,`external_id`) WHERE external_id is not null;--> statement-breakpoint
CREATE INDEX `approvals_open` ON `approvals` (`state`,`organization_id`,`expires_at`);--> statement-breakpoint
CREATE INDEX `approvals_pending_by_agent` ON `approvals` (`agent_id`) WHERE state = 'pending' and agent_id is not null;