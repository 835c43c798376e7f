CREATE TABLE `cron_lists` (
	`connector_id` text PRIMARY KEY NOT NULL,
	`organization_id` text NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
DROP INDEX `agent_facts_by_connector`;--> statement-breakpoint
CREATE INDEX `agent_facts_by_connector` ON `agent_facts` (`organization_id`,`connector_id`,`part`,`at`);