import type { ReactNode } from 'react'
import { DialogActions } from '../../../ui/dialog.tsx'

/** What can be done stays in sight below a preview, however long that is. */
export const StickyActions = ({ children }: { children: ReactNode }) => (
  <div className="sticky -bottom-5 -mx-5 -mb-5 border-t border-line bg-surface px-5 pb-5 [&>*]:mt-3 sm:-bottom-6 sm:-mb-6">
    <DialogActions>{children}</DialogActions>
  </div>
)
