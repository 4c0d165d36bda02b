import { AuditorService, HttpAuthService } from '@backstage/backend-plugin-api';
import { ResourcePermission } from '@backstage/plugin-permission-common';
import {
  departmentReadPermission,
  keyIssuePermission,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { Request, Router } from 'express';
import createRouter from 'express-promise-router';
import { audited } from '../http/audited';
import { sendJson } from '../http/sendJson';
import { ApplicationService } from './ApplicationService';
import { DepartmentAccess } from './DepartmentAccess';
import { DepartmentService } from './DepartmentService';

/** `/v1/departments`, `/v1/applications` and `/v1/info`: where the caller may do what. */
export function createDepartmentRouter(options: {
  departments: DepartmentService;
  applications: ApplicationService;
  access: DepartmentAccess;
  /** The gateway's address for callers, ending in `/v1`. */
  gatewayBaseUrl: string;
  httpAuth: HttpAuthService;
  auditor: AuditorService;
}): Router {
  const { departments, applications, access, httpAuth, auditor } = options;
  const router = createRouter();

  async function allowedRefs(request: Request, permission: ResourcePermission) {
    const credentials = await httpAuth.credentials(request, {
      allow: ['user', 'service'],
    });
    return access.allowedRefs(permission, { credentials });
  }

  router.get('/v1/info', async (request, response) => {
    sendJson(response, {
      gatewayBaseUrl: options.gatewayBaseUrl,
      keyDepartmentRefs: await allowedRefs(request, keyIssuePermission),
    });
  });

  router.get('/v1/departments', async (request, response) => {
    const items = await audited(
      auditor,
      { eventId: 'department-list', request },
      async () => {
        const refs = await allowedRefs(request, departmentReadPermission);
        const tree = await departments.tree();
        return refs.flatMap(ref => tree.find(ref) ?? []);
      },
    );
    sendJson(response, { items, total: items.length });
  });

  router.get('/v1/applications', async (request, response) => {
    const items = await audited(
      auditor,
      { eventId: 'application-list', request },
      async () => {
        const departmentRefs = await allowedRefs(request, keyIssuePermission);
        return applications.list({ departmentRefs });
      },
    );
    sendJson(response, { items, total: items.length });
  });

  return router;
}
