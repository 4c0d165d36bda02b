import {
  AuditorService,
  AuditorServiceCreateEventOptions,
} from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import { JsonObject } from '@backstage/types';

/**
 * Runs an action with an audit event around it, which says how it ended.
 *
 * @param event - its `meta` never holds a secret
 * @param describe - adds to a success what only the result knows, such as the id of a new key
 */
export async function audited<T>(
  auditor: AuditorService,
  event: AuditorServiceCreateEventOptions,
  action: () => Promise<T>,
  describe: (result: T) => JsonObject = () => ({}),
): Promise<T> {
  const auditEvent = await auditor.createEvent(event);
  let result: T;
  try {
    result = await action();
  } catch (error) {
    await auditEvent.fail({ error: toError(error) });
    throw error;
  }
  await auditEvent.success({ meta: describe(result) });
  return result;
}
