/** Pages that tests open, loaded with the test file, so that the first test does not wait for them. */
import '../../../web/features/approvals/approvals-room.tsx'
import '../../../web/features/grants/grants-page.tsx'
import '../../../web/features/rules/replay-view.tsx'
import '../../../web/features/rules/rules-page.tsx'
import '../../../web/features/statistics/delivery-page.tsx'
import '../../../web/features/statistics/statistics-page.tsx'
import '../../../web/shell/shell.tsx'
