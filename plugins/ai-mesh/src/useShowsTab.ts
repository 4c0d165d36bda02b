import { usePermission } from '@backstage/plugin-permission-react';
import { gatewayReadPermission } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { useLocation } from 'react-router-dom';

/** A permission that is of no resource. */
export type TabPermission = typeof gatewayReadPermission;

/**
 * Whether a tab is there. Whoever may not see what it shows has no tab, but who follows a link to it is told why
 * nothing is to be seen.
 *
 * @param path - of the sub-page, for example `gateway`
 */
export function useShowsTab(path: string, permission: TabPermission): boolean {
  const { loading, allowed } = usePermission({ permission });
  const { pathname } = useLocation();
  return loading || allowed || pathname.endsWith(`/${path}`);
}
