import {
  AuthService,
  LoggerService,
  SchedulerService,
} from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { FreshValue } from '../caching/FreshValue';
import { ChangeSignal } from '../changes/ChangeSignal';
import { buildDepartmentTree, DepartmentRecord } from './buildDepartmentTree';
import { DepartmentService } from './DepartmentService';
import { DepartmentStore } from './DepartmentStore';
import { DepartmentTree } from './DepartmentTree';
import { GROUP_FIELDS, toDepartmentRecord } from './toDepartmentRecord';

const REFRESH_EVERY = { seconds: 30 };
const REFRESH_TIMEOUT = { minutes: 2 };
const TREE_MAX_AGE_MS = 5_000;
const GRACE_MS = 10 * 60_000;

/**
 * Departments are the Groups of the catalog, copied into the database every 30 seconds, because budgets
 * must hold while the catalog is away.
 *
 * A Group that the catalog does not list any more stays in the tree for ten minutes: a catalog that has
 * just started knows only a part of its entities, and a department without a place in the tree has no budget.
 */
export class CatalogDepartmentService implements DepartmentService {
  readonly #options: CatalogDepartmentServiceOptions;
  readonly #tree: FreshValue<DepartmentTree>;
  #isFailing = false;

  constructor(options: CatalogDepartmentServiceOptions) {
    this.#options = options;
    this.#tree = new FreshValue(() => this.#readTree(), {
      what: 'the departments in the database',
      maxAgeMs: TREE_MAX_AGE_MS,
      now: options.now,
      logger: options.logger,
    });
  }

  async tree(): Promise<DepartmentTree> {
    return this.#tree.get();
  }

  /** Copies the Groups of the catalog every 30 seconds, in one replica at a time, from the start on. */
  async startRefreshing(scheduler: SchedulerService): Promise<void> {
    await scheduler.scheduleTask({
      id: 'refresh-departments',
      frequency: REFRESH_EVERY,
      timeout: REFRESH_TIMEOUT,
      scope: 'global',
      fn: async () => this.refresh(),
    });
  }

  /** Copies the Groups of the catalog now. When the catalog is away, what was known stays. */
  async refresh(): Promise<void> {
    const records = await this.#readCatalog();
    if (!records?.length) return; // a catalog that has not read its first file yet is no order to forget
    const { store, changes, now } = this.#options;
    const isChanged = await store.replace(records, now());
    if (!isChanged) return;
    this.#tree.expire();
    changes.changed();
  }

  async #readCatalog(): Promise<DepartmentRecord[] | undefined> {
    const { catalog, auth, logger } = this.#options;
    try {
      const records: DepartmentRecord[] = [];
      const pages = catalog.streamEntities(
        { filter: { kind: 'Group' }, fields: GROUP_FIELDS },
        { credentials: await auth.getOwnServiceCredentials() },
      );
      for await (const page of pages) {
        records.push(...page.map(toDepartmentRecord));
      }
      this.#isFailing = false;
      return records;
    } catch (error) {
      if (!this.#isFailing) {
        logger.warn(
          `Cannot read the Groups of the catalog; departments stay as they were: ${stringifyError(
            error,
          )}`,
        );
      }
      this.#isFailing = true;
      return undefined;
    }
  }

  async #readTree(): Promise<DepartmentTree> {
    const missingSince = new Date(this.#options.now().getTime() - GRACE_MS);
    return buildDepartmentTree(
      await this.#options.store.read({ missingSince }),
    );
  }
}

/** What a {@link CatalogDepartmentService} works with. */
export interface CatalogDepartmentServiceOptions {
  catalog: CatalogService;
  auth: AuthService;
  store: DepartmentStore;
  changes: ChangeSignal;
  logger: LoggerService;
  now: () => Date;
}
