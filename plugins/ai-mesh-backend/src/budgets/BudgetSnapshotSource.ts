import {
  BudgetMeasure,
  SnapshotInput,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DepartmentTree } from '../departments/DepartmentTree';
import { BudgetCalendar, UTC_CALENDAR } from './BudgetCalendar';
import { BudgetRecord } from './budgetLevels';
import { BudgetStore } from './BudgetStore';
import { measuresOf, mergeMeasures } from './measures';

type SnapshotDepartment = SnapshotInput['departments'][number];
type ScopeBudget = NonNullable<SnapshotInput['keys'][number]['budget']>;

/** One budget, or several that a call counts against together. */
interface State {
  epoch: number;
  measures: BudgetMeasure[];
}

/** What gateways need to know of budgets. */
export interface SnapshotBudgets {
  /** Of a department with all above it and its cost centre. */
  ofDepartment(
    ref: string,
  ): Pick<SnapshotDepartment, 'budgetEpoch' | 'measures' | 'modelBudgets'>;
  /** Undefined without a limit, for all calls or for a model. */
  ofApplication(ref: string): ScopeBudget | undefined;
  ofKey(id: string): ScopeBudget | undefined;
  /** The applications that have a limit, ordered by reference. */
  applicationRefs: readonly string[];
}

/** The budgets of one department, cost centre, application or key: of all its calls, and of single models. */
class Scope {
  whole: State = { epoch: 0, measures: [] };
  #hasLimit = false;
  readonly #models = new Map<string, State & { hasLimit: boolean }>();

  add(record: BudgetRecord): void {
    const state = { epoch: record.epoch, measures: measuresOf(record) };
    const hasLimit = record.budget !== undefined;
    if (record.node.model === undefined) {
      this.whole = state;
      this.#hasLimit = hasLimit;
    } else {
      this.#models.set(record.node.model, { ...state, hasLimit });
    }
  }

  /** A key or an application without any limit has no scope of its own: its calls share the leases of others. */
  toBudget(): ScopeBudget | undefined {
    const { whole, models } = Scope.together([this]);
    if (!this.#hasLimit && Object.keys(models).length === 0) return undefined;
    return { ...whole, models };
  }

  /** Epochs add up, measures come together. A model counts where any of these has a limit for it. */
  static together(scopes: readonly Scope[]): {
    whole: State;
    models: Record<string, State>;
  } {
    const names = new Set<string>();
    for (const scope of scopes) {
      for (const [name, { hasLimit }] of scope.#models) {
        if (hasLimit) names.add(name);
      }
    }
    return {
      whole: addUp(scopes.map(scope => scope.whole)),
      models: Object.fromEntries(
        [...names]
          .sort()
          .map(name => [
            name,
            addUp(scopes.flatMap(scope => scope.#models.get(name) ?? [])),
          ]),
      ),
    };
  }
}

/** Reads the state of all budgets for a snapshot. */
export class BudgetSnapshotSource {
  readonly #store: Pick<BudgetStore, 'read'>;
  readonly #calendar: BudgetCalendar;
  readonly #now: () => Date;

  constructor(options: {
    store: Pick<BudgetStore, 'read'>;
    calendar?: BudgetCalendar;
    now: () => Date;
  }) {
    this.#store = options.store;
    this.#calendar = options.calendar ?? UTC_CALENDAR;
    this.#now = options.now;
  }

  async forSnapshot(tree: DepartmentTree): Promise<SnapshotBudgets> {
    const now = this.#now();
    const records = await this.#store.read({
      period: this.#calendar.periodOf(now),
      now,
    });
    const scopes = new Map<string, Scope>();
    for (const record of records) {
      const id = scopeIdOf(record.node.level, record.node.ref);
      let scope = scopes.get(id);
      if (!scope) scopes.set(id, (scope = new Scope()));
      scope.add(record);
    }
    const ofThing = (id: string) => scopes.get(id)?.toBudget();
    return {
      ofDepartment(ref) {
        const ids = tree.pathOf(ref).map(each => scopeIdOf('department', each));
        const costCentre = tree.find(ref)?.costCentre;
        if (costCentre) ids.push(scopeIdOf('cost-centre', costCentre));
        const { whole, models } = Scope.together(
          ids.flatMap(id => scopes.get(id) ?? []),
        );
        return {
          budgetEpoch: whole.epoch,
          ...(whole.measures.length > 0 && { measures: whole.measures }),
          modelBudgets: models,
        };
      },
      ofApplication: ref => ofThing(scopeIdOf('application', ref)),
      ofKey: id => ofThing(scopeIdOf('key', id)),
      applicationRefs: [
        ...new Set(
          records
            .filter(each => each.node.level === 'application' && each.budget)
            .map(each => each.node.ref),
        ),
      ].sort(),
    };
  }
}

function addUp(states: readonly State[]): State {
  return {
    epoch: states.reduce((sum, state) => sum + state.epoch, 0),
    measures: mergeMeasures(states.flatMap(state => state.measures)),
  };
}

function scopeIdOf(level: string, ref: string): string {
  return `${level} ${ref}`;
}
