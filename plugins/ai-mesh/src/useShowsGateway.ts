import { usePermission } from '@backstage/plugin-permission-react';
import { gatewayReadPermission } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { useLocation } from 'react-router-dom';

/**
 * Whether the tab of the gateway is there. Whoever may not see the gateway has no tab, but who follows a link to
 * it is told why nothing is to be seen.
 *
 * @param path - of the sub-page, for example `gateway`
 */
export function useShowsGateway(path: string): boolean {
  const { loading, allowed } = usePermission({
    permission: gatewayReadPermission,
  });
  const { pathname } = useLocation();
  return loading || allowed || pathname.endsWith(`/${path}`);
}
