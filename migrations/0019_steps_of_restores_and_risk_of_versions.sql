ALTER TABLE `artifact_restores` ADD `step` text;--> statement-breakpoint
ALTER TABLE `snapshots` ADD `risk` text;