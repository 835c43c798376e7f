CREATE TABLE `approval_callbacks` (
	`approval_id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`url` text NOT NULL,
	`secret` text NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`due_at` integer,
	`last_status` text
);
--> statement-breakpoint
CREATE INDEX `approval_callbacks_by_due` ON `approval_callbacks` (`due_at`);--> statement-breakpoint
CREATE TABLE `approval_comments` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`approval_id` text NOT NULL,
	`by_id` text NOT NULL,
	`by_name` text NOT NULL,
	`text` text NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `approval_comments_by_approval` ON `approval_comments` (`approval_id`,`id`);--> statement-breakpoint
CREATE TABLE `approval_views` (
	`organization_id` text NOT NULL,
	`approval_id` text NOT NULL,
	`user_id` text NOT NULL,
	`shown_at` integer NOT NULL,
	`opened_at` integer,
	`snoozed_until` integer,
	PRIMARY KEY(`approval_id`, `user_id`)
);
--> statement-breakpoint
CREATE INDEX `approval_views_by_user` ON `approval_views` (`organization_id`,`user_id`,`shown_at`);--> statement-breakpoint
CREATE TABLE `approval_votes` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`approval_id` text NOT NULL,
	`user_id` text NOT NULL,
	`role` text NOT NULL,
	`by_kind` text NOT NULL,
	`by_id` text NOT NULL,
	`by_name` text NOT NULL,
	`outcome` text NOT NULL,
	`reason` text,
	`digest` text NOT NULL,
	`assertion` text,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `approval_votes_by_user` ON `approval_votes` (`approval_id`,`user_id`);--> statement-breakpoint
CREATE TABLE `grants` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`pattern` text NOT NULL,
	`agent_id` text,
	`connector_id` text,
	`approval_id` text,
	`created_by_kind` text NOT NULL,
	`created_by_id` text NOT NULL,
	`created_by_name` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`uses_max` integer,
	`uses` integer DEFAULT 0 NOT NULL,
	`last_used_at` integer,
	`revoked_at` integer,
	`revoked_by_id` text,
	`revoked_by_name` text,
	`revoke_reason` text,
	`gateway` text DEFAULT 'none' NOT NULL,
	`gateway_ref` text
);
--> statement-breakpoint
CREATE INDEX `grants_by_organization` ON `grants` (`organization_id`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `grants_by_gateway_ref` ON `grants` (`connector_id`,`gateway_ref`);--> statement-breakpoint
CREATE TABLE `rule_sets` (
	`organization_id` text NOT NULL,
	`version` integer NOT NULL,
	`rules` text NOT NULL,
	`note` text NOT NULL,
	`changed_by_kind` text NOT NULL,
	`changed_by_id` text NOT NULL,
	`changed_by_name` text NOT NULL,
	`changed_at` integer NOT NULL,
	PRIMARY KEY(`organization_id`, `version`)
);
--> statement-breakpoint
CREATE TABLE `__new_approvals` (
	`id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`connector_id` text,
	`external_id` text,
	`source` text NOT NULL,
	`action` text NOT NULL,
	`title` text,
	`requested_by_kind` text NOT NULL,
	`requested_by_id` text NOT NULL,
	`requested_by_name` text NOT NULL,
	`requested_by_user` text,
	`idempotency_key` text,
	`request_digest` text,
	`agent_id` text,
	`seen` text NOT NULL,
	`session_key` text,
	`trace_id` text,
	`state` text NOT NULL,
	`state_reason` text,
	`risk` text NOT NULL,
	`risk_reasons` text NOT NULL,
	`impact` text NOT NULL,
	`impact_text` text,
	`reversibility` text NOT NULL,
	`cost_estimate` text,
	`command` text NOT NULL,
	`pattern` text NOT NULL,
	`arguments` text,
	`cwd` text,
	`host` text,
	`resolved_path` text,
	`warnings` text NOT NULL,
	`evidence` text NOT NULL,
	`allowed_outcomes` text NOT NULL,
	`digest` text NOT NULL,
	`rule_set_version` integer NOT NULL,
	`rule_id` text,
	`rule_name` text,
	`ask` text,
	`shadowed` text NOT NULL,
	`grant_id` text,
	`vote_count` integer DEFAULT 0 NOT NULL,
	`assignee_id` text,
	`outcome` text,
	`decided_by_kind` text,
	`decided_by_id` text,
	`decided_by_name` text,
	`reason` text,
	`requested_at` integer NOT NULL,
	`shown_at` integer,
	`expires_at` integer NOT NULL,
	`requester_waits_until` integer NOT NULL,
	`escalates_at` integer,
	`escalated_at` integer,
	`decided_at` integer,
	`delivered_at` integer,
	`confirmed_at` integer
);
--> statement-breakpoint
INSERT INTO `__new_approvals`("id", "organization_id", "connector_id", "external_id", "source", "action", "title", "requested_by_kind", "requested_by_id", "requested_by_name", "requested_by_user", "idempotency_key", "request_digest", "agent_id", "seen", "session_key", "trace_id", "state", "state_reason", "risk", "risk_reasons", "impact", "impact_text", "reversibility", "cost_estimate", "command", "pattern", "arguments", "cwd", "host", "resolved_path", "warnings", "evidence", "allowed_outcomes", "digest", "rule_set_version", "rule_id", "rule_name", "ask", "shadowed", "grant_id", "vote_count", "assignee_id", "outcome", "decided_by_kind", "decided_by_id", "decided_by_name", "reason", "requested_at", "shown_at", "expires_at", "requester_waits_until", "escalates_at", "escalated_at", "decided_at", "delivered_at", "confirmed_at") SELECT "id", "organization_id", "connector_id", "external_id", "source", CASE "source" WHEN 'openclaw.exec' THEN 'exec' ELSE 'plugin' END, NULL, 'connector', "connector_id", coalesce((SELECT name FROM connectors c WHERE c.id = approvals.connector_id), ''), NULL, NULL, NULL, "agent_id", json_object('agent', json_object('externalId', coalesce((SELECT external_id FROM agents a WHERE a.id = approvals.agent_id), ''), 'name', coalesce((SELECT name FROM agents a WHERE a.id = approvals.agent_id), ''), 'model', ''), 'connector', json_object('name', coalesce((SELECT name FROM connectors c WHERE c.id = approvals.connector_id), ''))), "session_key", "trace_id", "state", "state_reason", "risk", (SELECT coalesce(json_group_array(json_object('rule', r.value ->> 'rule', 'risk', r.value ->> 'risk', 'matched', r.value ->> 'matched', 'start', NULL, 'end', NULL)), '[]') FROM json_each(approvals.risk_reasons) r), '[]', NULL, 'unknown', NULL, "command", '', NULL, "cwd", "host", "resolved_path", "warnings", '[]', "allowed_outcomes", "digest", 0, NULL, NULL, '{"groups":[{"roles":["owner","admin","operator","approver"],"members":[],"quorum":1}],"separationOfDuty":true,"passkey":false,"grantable":true,"expiresInMs":null,"onExpiry":"expire","escalate":null}', '[]', NULL, 0, NULL, "outcome", "decided_by_kind", "decided_by_id", "decided_by_name", "reason", "requested_at", NULL, "expires_at", "expires_at", NULL, NULL, "decided_at", "delivered_at", "confirmed_at" FROM `approvals`;--> statement-breakpoint
DROP TABLE `approvals`;--> statement-breakpoint
ALTER TABLE `__new_approvals` RENAME TO `approvals`;--> statement-breakpoint
CREATE UNIQUE INDEX `approvals_by_external_id` ON `approvals` (`connector_id`,`external_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `approvals_by_idempotency_key` ON `approvals` (`organization_id`,`requested_by_id`,`idempotency_key`);--> statement-breakpoint
CREATE INDEX `approvals_by_organization` ON `approvals` (`organization_id`,`id`);--> statement-breakpoint
CREATE INDEX `approvals_by_state` ON `approvals` (`state`,`expires_at`);--> statement-breakpoint
CREATE INDEX `approvals_open` ON `approvals` (`organization_id`,`state`,`expires_at`);--> statement-breakpoint
CREATE INDEX `approvals_by_time` ON `approvals` (`organization_id`,`requested_at`);--> statement-breakpoint
CREATE INDEX `approvals_by_pattern` ON `approvals` (`organization_id`,`pattern`,`requested_at`);