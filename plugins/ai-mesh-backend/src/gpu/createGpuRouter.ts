import {
  AuditorService,
  BackstageCredentials,
  HttpAuthService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import {
  AuthorizeResult,
  BasicPermission,
} from '@backstage/plugin-permission-common';
import {
  gpuCostQuerySchema,
  gpuReadPermission,
  gpuReportPermission,
  gpuUsageRequestSchema,
  spendReadPermission,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import express from 'express';
import Router from 'express-promise-router';
import { DepartmentAccess } from '../departments/DepartmentAccess';
import { audited } from '../http/audited';
import { createBodyReader } from '../http/createBodyReader';
import { parseInput } from '../http/parseInput';
import { sendJson } from '../http/sendJson';
import { GpuCostService } from './GpuCostService';
import { GpuUsageIntake } from './GpuUsageIntake';

/** 2,000 machine-hours with a few allocations each. */
const BODY_LIMIT = '10mb';

/** `/v1/gpu`: the way in for what a fleet measured, and what it cost. */
export function createGpuRouter(options: {
  intake: Pick<GpuUsageIntake, 'take'>;
  costs: Pick<GpuCostService, 'report'>;
  access: DepartmentAccess;
  httpAuth: HttpAuthService;
  permissions: PermissionsService;
  auditor: AuditorService;
}): express.Router {
  const { intake, costs, access, httpAuth, permissions, auditor } = options;
  const router = Router();
  const readBody = createBodyReader({ limit: BODY_LIMIT });

  async function isAllowed(
    permission: BasicPermission,
    credentials: BackstageCredentials,
  ): Promise<boolean> {
    const [{ result }] = await permissions.authorize([{ permission }], {
      credentials,
    });
    return result === AuthorizeResult.ALLOW;
  }

  router.post('/v1/gpu/usage', async (request, response) => {
    const credentials = await httpAuth.credentials(request, {
      allow: ['user', 'service'],
    });
    const result = await audited(
      auditor,
      { eventId: 'gpu-usage-report', request },
      async () => {
        if (!(await isAllowed(gpuReportPermission, credentials))) {
          throw new NotAllowedError(
            'Reporting GPU usage needs the permission ai-mesh.gpu.report',
          );
        }
        const body = await readBody(request, response);
        const delivery = parseInput(gpuUsageRequestSchema, body);
        const taken = await intake.take(delivery);
        return { ...taken, delivery };
      },
      ({ delivery, rejected, ...counts }) => ({
        reporterId: delivery.reporterId,
        records: delivery.records.length,
        ...counts,
        rejected: rejected.length,
      }),
    );
    const { delivery: _, ...answer } = result;
    sendJson(response, answer);
  });

  router.get('/v1/gpu/costs', async (request, response) => {
    const credentials = await httpAuth.credentials(request, {
      allow: ['user', 'service'],
    });
    const query = parseInput(gpuCostQuerySchema, request.query);
    const [departmentRefs, seesMachines] = await Promise.all([
      access.allowedRefs(spendReadPermission, { credentials }),
      isAllowed(gpuReadPermission, credentials),
    ]);
    const report = await costs.report(query, { departmentRefs, seesMachines });
    sendJson(response, report);
  });

  return router;
}
