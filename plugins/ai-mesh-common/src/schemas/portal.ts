import { z } from 'zod';

/** What pages need to know about this installation. @public */
export const portalInfoSchema = z.object({
  /** The gateway's address for callers, ending in `/v1`. */
  gatewayBaseUrl: z.string(),
  /** Departments in which the caller may issue keys. */
  keyDepartmentRefs: z.array(z.string()),
});

/** @public */
export type PortalInfo = z.output<typeof portalInfoSchema>;
