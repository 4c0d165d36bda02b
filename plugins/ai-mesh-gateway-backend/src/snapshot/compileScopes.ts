import {
  BudgetMeasure,
  BudgetScope,
  Snapshot,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { BudgetKind, BudgetOwner, compileMeasures, Measures } from './measures';

/** Which budgets calls are held against, worked out once a snapshot. */
export interface CompiledScope {
  /** The same for all keys and models that share leases, in this snapshot and the next. */
  readonly id: string;
  readonly budgets: BudgetScope;
  /** Sum of the epochs of these budgets: leases of a lower one are handed back. */
  readonly epoch: number;
  /** What thresholds ask for at present; undefined when they ask for nothing. */
  readonly measures: Measures | undefined;
}

/** The scopes of a key's calls. */
export interface CompiledScopes {
  readonly common: CompiledScope;
  /** Only of models that have a budget of their own. */
  readonly models: ReadonlyMap<string, CompiledScope>;
}

/** What calls to a model are held against. */
export function scopeOf(scopes: CompiledScopes, model: string): CompiledScope {
  return scopes.models.get(model) ?? scopes.common;
}

/** The same for the same budgets, whatever the order of its members. */
export function scopeId(scope: BudgetScope): string {
  const { departmentRef, applicationRef, keyId, model } = scope;
  return JSON.stringify([departmentRef, applicationRef, keyId, model]);
}

/** The state of a budget on the way of a call, and whose it is. */
interface Level {
  owner: BudgetKind;
  epoch: number;
  measures: readonly BudgetMeasure[];
  models: Readonly<
    Record<string, { epoch: number; measures: readonly BudgetMeasure[] }>
  >;
}

/** Makes each scope of a snapshot once: keys without a budget share those of their department. */
export class ScopeCompiler {
  readonly #departments = new Map<string, Level>();
  readonly #applications = new Map<string, Level>();
  readonly #compiled = new Map<string, CompiledScopes>();
  /** Every scope there is, by its id. */
  readonly byId = new Map<string, CompiledScope>();

  constructor({
    departments,
    applications,
  }: Pick<Snapshot, 'departments' | 'applications'>) {
    for (const { ref, budgetEpoch, measures, modelBudgets } of departments) {
      this.#departments.set(ref, {
        owner: 'department',
        epoch: budgetEpoch,
        measures,
        models: modelBudgets,
      });
    }
    for (const { ref, budget } of applications) {
      if (!budget) continue;
      this.#applications.set(ref, { owner: 'application', ...budget });
    }
  }

  /** Of a department's calls that no key and no application of it has a say in. */
  ofDepartment(departmentRef: string): CompiledScopes {
    return this.#scopes({ departmentRef }, []);
  }

  ofKey(
    key: Pick<
      Snapshot['keys'][number],
      'id' | 'applicationRef' | 'departmentRef' | 'budget'
    >,
  ): CompiledScopes {
    const { id, applicationRef, departmentRef, budget } = key;
    const application = this.#applications.get(applicationRef);
    return this.#scopes(
      {
        departmentRef,
        ...(application && { applicationRef }),
        ...(budget && { keyId: id }),
      },
      [
        ...(application ? [application] : []),
        ...(budget ? [{ owner: 'key', ...budget } as const] : []),
      ],
    );
  }

  #scopes(budgets: BudgetScope, below: Level[]): CompiledScopes {
    const id = scopeId(budgets);
    let scopes = this.#compiled.get(id);
    if (!scopes) {
      const department = this.#departments.get(budgets.departmentRef);
      const levels = department ? [department, ...below] : below;
      scopes = {
        common: this.#compile(budgets, levels),
        models: this.#models(budgets, levels),
      };
      this.#compiled.set(id, scopes);
    }
    return scopes;
  }

  #models(
    budgets: BudgetScope,
    levels: readonly Level[],
  ): ReadonlyMap<string, CompiledScope> {
    const names = new Set(levels.flatMap(({ models }) => Object.keys(models)));
    return new Map(
      [...names].map(model => [
        model,
        this.#compile({ ...budgets, model }, levels),
      ]),
    );
  }

  #compile(budgets: BudgetScope, levels: readonly Level[]): CompiledScope {
    const { model } = budgets;
    let epoch = 0;
    const passed: Array<{
      owner: BudgetOwner;
      measures: readonly BudgetMeasure[];
    }> = [];
    for (const level of levels) {
      epoch += level.epoch;
      passed.push(level);
      if (model === undefined || !Object.hasOwn(level.models, model)) continue;
      const ofModel = level.models[model];
      epoch += ofModel.epoch;
      passed.push({
        owner: `${level.owner}-model`,
        measures: ofModel.measures,
      });
    }
    const id = scopeId(budgets);
    const scope = { id, budgets, epoch, measures: compileMeasures(passed) };
    this.byId.set(id, scope);
    return scope;
  }
}
