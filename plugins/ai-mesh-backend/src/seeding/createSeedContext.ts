import { InputError, NotAllowedError } from '@backstage/errors';
import {
  ParsedKey,
  parseKey,
  parseUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { MeshSeedContext } from '@sovereign-ai-mesh/plugin-ai-mesh-node';
import { BudgetService } from '../budgets/BudgetService';
import { GpuUsageIntake } from '../gpu/GpuUsageIntake';
import { KeyService } from '../keys/KeyService';
import { LedgerService } from '../ledger/LedgerService';
import { CatalogModelService } from '../models/CatalogModelService';

/** The services that seeds work through. */
export interface SeedServices {
  keys: Pick<KeyService, 'issue'>;
  models: Pick<CatalogModelService, 'priceOf'>;
  budgets: Pick<BudgetService, 'setLimit'>;
  ledger: Pick<LedgerService, 'book'>;
  gpuUsage: Pick<GpuUsageIntake, 'take'>;
}

/**
 * What seeds may do, through the services that also serve people.
 *
 * @param options - `isDevelopment`: whether `auth.environment` is `development`; a secret that stands in a
 *   file opens nothing elsewhere
 */
export function createSeedContext(
  options: SeedServices & { isDevelopment: boolean },
): MeshSeedContext {
  const { keys, models, budgets, ledger, gpuUsage, isDevelopment } = options;
  return {
    async issueKey({ issuedBy, secret, ...request }) {
      const chosen =
        secret === undefined ? undefined : readChosen(secret, isDevelopment);
      const issued = await keys.issue(request, { issuedBy, chosen });
      return { id: issued.key.id, secret: issued.secret };
    },
    async setBudget({ departmentRef, limitUsd }) {
      await budgets.setLimit(departmentRef, parseUsd(limitUsd), { by: 'seed' });
    },
    async priceOf(model) {
      return models.priceOf(model);
    },
    async bookDemoUsage(records) {
      await ledger.book(records, { source: 'demo' });
    },
    async recordGpuUsage(records) {
      const { rejected } = await gpuUsage.take({
        reporterId: 'seed',
        records,
        source: 'demo',
      });
      if (rejected.length === 0) return;
      const [{ index, reason }] = rejected;
      throw new InputError(
        `A seed recorded GPU usage that cannot be booked: record ${index}, ${reason}`,
      );
    },
  };
}

function readChosen(secret: string, isDevelopment: boolean): ParsedKey {
  if (!isDevelopment) {
    throw new NotAllowedError(
      'A seed may choose the secret of a key only where auth.environment is development',
    );
  }
  const chosen = parseKey(secret);
  if (!chosen) {
    throw new InputError('A seed chose a secret that is no well-formed key');
  }
  return chosen;
}
