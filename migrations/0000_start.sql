CREATE TABLE `audit_outbox` (
	`position` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`organization_id` text NOT NULL,
	`body` text NOT NULL
);
