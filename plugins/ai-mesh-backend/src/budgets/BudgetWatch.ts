import { AuditorService, LoggerService } from '@backstage/backend-plugin-api';
import { ChangeSignal } from '../changes/ChangeSignal';
import { AlertPublisher } from './AlertPublisher';
import { AlertStore, StoredAlert } from './AlertStore';
import { BudgetCalendar, Month, UTC_CALENDAR } from './BudgetCalendar';
import { BudgetDirectory, NodeView } from './BudgetDirectory';
import { effectiveLimit } from './BudgetLevel';
import { BudgetRecord } from './budgetLevels';
import { BudgetStore } from './BudgetStore';
import { passedRules } from './measures';
import { HISTORY_MS, project } from './projection';
import { SpentReader } from './SpentReader';

/** How old a projection may be: hours are what it is made of. */
const PROJECTION_AGE_MS = 15 * 60_000;

/** What a watch works with. */
export interface BudgetWatchOptions {
  store: BudgetStore;
  alerts: AlertStore;
  spent: SpentReader;
  directory: BudgetDirectory;
  /** Absent: alerts are only on the page. */
  publisher?: AlertPublisher;
  /** Entity references of Groups that are told of every budget, beside its own. Default: none. */
  notify?: readonly string[];
  auditor: AuditorService;
  changes: ChangeSignal;
  logger: LoggerService;
  calendar?: BudgetCalendar;
  now: () => Date;
}

/**
 * Looks at all budgets every few seconds: opens a new month, works out how it will go on, and raises an alert the
 * first time that a threshold is passed. Apart from the bookings, which must not wait for it.
 */
export class BudgetWatch {
  readonly #options: BudgetWatchOptions;
  readonly #calendar: BudgetCalendar;

  constructor(options: BudgetWatchOptions) {
    this.#options = options;
    this.#calendar = options.calendar ?? UTC_CALENDAR;
  }

  /** One look. @returns the alerts that it raised */
  async look(): Promise<StoredAlert[]> {
    const { store, now } = this.#options;
    const at = now();
    const month = this.#calendar.monthOf(at);
    await store.openMonth(month, { now: at });
    const records = await this.#read(month, at);
    const isRefreshed = await this.#project(records, month, at);
    const current = isRefreshed ? await this.#read(month, at) : records;
    return this.#raise(current, month, at);
  }

  async #read(month: Month, now: Date): Promise<BudgetRecord[]> {
    const { period } = month;
    const records = await this.#options.store.read({ period, now });
    return records.filter(record => record.budget);
  }

  async #project(
    records: readonly BudgetRecord[],
    month: Month,
    now: Date,
  ): Promise<boolean> {
    const stale = records.filter(
      ({ projection }) =>
        !projection ||
        now.getTime() - projection.at.getTime() >= PROJECTION_AGE_MS,
    );
    if (stale.length === 0) return false;
    const { store, directory, spent } = this.#options;
    const projections = [];
    for (const record of stale) {
      const limit = effectiveLimit(record);
      if (limit === undefined) continue;
      const byHour = await spent.spentByHour({
        node: record.node,
        departmentRefs: await directory.subtreeOf(record.node),
        from: new Date(now.getTime() - HISTORY_MS),
        to: now,
      });
      const projection = project({
        byHour,
        settled: record.settled,
        limit,
        now,
        endsAt: month.endsAt,
        wasBreach: record.projection?.isBreach ?? false,
      });
      projections.push({ nodeId: record.id, projection });
    }
    await store.saveProjections(projections, month);
    return true;
  }

  async #raise(
    records: readonly BudgetRecord[],
    { period }: Month,
    at: Date,
  ): Promise<StoredAlert[]> {
    const passed = records
      .map(record => ({ record, rules: passedRules(record) }))
      .filter(each => each.rules.length > 0);
    if (passed.length === 0) return [];
    const views = new Map(
      (
        await this.#options.directory.describe(
          passed.map(each => each.record.node),
        )
      ).map(view => [view.id, view]),
    );
    const alerts = passed.flatMap(({ record, rules }) =>
      rules.map(
        (rule): StoredAlert => ({
          nodeId: record.id,
          period,
          rule,
          at,
          spent: record.settled,
          limit: effectiveLimit(record) ?? record.settled,
          projected: record.projection?.total,
          toldRefs: this.#whoIsTold(views.get(record.id)),
        }),
      ),
    );
    const raised = await this.#options.alerts.add(alerts);
    for (const alert of raised) await this.#tell(alert, views);
    if (raised.length > 0) this.#options.changes.changed();
    return raised;
  }

  #whoIsTold(view: NodeView | undefined): string[] {
    const { notify = [] } = this.#options;
    return [...new Set([...(view?.groupRefs ?? []), ...notify])];
  }

  async #tell(
    alert: StoredAlert,
    views: ReadonlyMap<string, NodeView>,
  ): Promise<void> {
    const { auditor, logger, publisher } = this.#options;
    const about = {
      budgetId: alert.nodeId,
      period: alert.period,
      at: alert.rule.at,
      action: alert.rule.then.action,
      spentPicoUsd: alert.spent.toString(),
      limitPicoUsd: alert.limit.toString(),
    };
    const event = await auditor.createEvent({
      eventId: 'budget-alert',
      severityLevel: 'medium',
      meta: about,
    });
    await event.success();
    logger.info('A budget passed a threshold', about);
    const title = views.get(alert.nodeId)?.title ?? alert.nodeId;
    await publisher?.publish(alert, { title });
  }
}
