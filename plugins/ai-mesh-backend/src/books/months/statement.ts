import {
  invariant,
  MonthTotals,
  picoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DepartmentTree } from '../../departments/DepartmentTree';
import { Account, AccountKind } from '../../ledger/accounts';
import { humanise } from '../../reports/humanise';
import { formatMonth, MonthNumber } from '../monthNumber';
import { canonicalJson } from './canonicalJson';
import { MonthCell } from './MonthStore';

/** Changes when a reader of statements would have to. */
const FORMAT = 'ai-mesh-statement/1';

/** The names of a moment. They are written into the statement, because they change and it must not. */
export interface StatementNames {
  tree: DepartmentTree;
  /** Titles of applications by reference; those that are missing are named after their reference. */
  applicationTitles: ReadonlyMap<string, string>;
}

/**
 * Writes the statement of a month. It holds all that a reader needs, names too, so that it never has to be looked up
 * again.
 *
 * @returns canonical JSON; and the totals, which are a part of it
 */
export function writeStatement(
  cells: readonly MonthCell[],
  about: StatementNames & { month: MonthNumber; at: Date; by: string },
): { statement: string; totals: MonthTotals } {
  const totals = totalsOf(cells);
  const statement = canonicalJson({
    format: FORMAT,
    month: formatMonth(about.month),
    timeZone: 'UTC',
    currency: 'USD',
    unit: 'pico-USD',
    closedAt: about.at.toISOString(),
    closedBy: about.by,
    totals,
    accounts: trialBalance(cells).map(([account, balance]) => ({
      account,
      balancePicoUsd: balance,
    })),
    departments: departmentsOf(cells, about.tree),
    applications: uniqueSorted(cells.map(each => each.applicationRef)).map(
      ref => ({
        ref,
        title: about.applicationTitles.get(ref) ?? humanise(ref),
      }),
    ),
    lines: sortedLines(cells),
  });
  return { statement, totals };
}

/**
 * What a month comes to.
 *
 * @throws Error when what was used is not what is owed: then lines were written past the ledger
 */
export function totalsOf(cells: readonly MonthCell[]): MonthTotals {
  const kinds: Record<AccountKind, bigint> = {
    expense: 0n,
    clearing: 0n,
    suspense: 0n,
    payable: 0n,
  };
  let [requests, corrections, estimated] = [0n, 0n, 0n];
  for (const cell of cells) {
    kinds[cell.debit.kind] += cell.cost;
    kinds[cell.credit.kind] -= cell.cost;
    requests += cell.requests;
    // a cost that moves on from a clearing account was counted when it came there
    if (cell.isCorrection && cell.credit.kind === 'payable') {
      corrections += cell.cost;
    }
    estimated += cell.estimated;
  }
  invariant(
    kinds.expense + kinds.clearing + kinds.suspense + kinds.payable === 0n,
    'the accounts of a month do not sum to zero',
  );
  return {
    requests,
    departmentsPicoUsd: picoUsd(kinds.expense),
    clearingPicoUsd: picoUsd(kinds.clearing),
    suspensePicoUsd: picoUsd(kinds.suspense),
    payablePicoUsd: picoUsd(-kinds.payable),
    correctionsPicoUsd: picoUsd(corrections),
    estimatedPicoUsd: picoUsd(estimated),
    containsDemoData: cells.some(cell => cell.source === 'demo'),
  };
}

/** Every account with what moved onto it, less what moved off it; they sum to zero. */
export function trialBalance(cells: readonly MonthCell[]): [string, bigint][] {
  const balances = new Map<string, bigint>();
  const add = (account: Account, amount: bigint) => {
    const name = accountName(account);
    balances.set(name, (balances.get(name) ?? 0n) + amount);
  };
  for (const { debit, credit, cost } of cells) {
    add(debit, cost);
    add(credit, -cost);
  }
  return [...balances].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** As people and files call an account: `expense:group:default/research`. */
export function accountName({ kind, owner }: Account): string {
  return `${kind}:${owner}`;
}

/** Departments with their place in the tree at that time, from the root to the department itself. */
function departmentsOf(cells: readonly MonthCell[], tree: DepartmentTree) {
  return uniqueSorted(cells.map(each => each.departmentRef)).map(ref => {
    const known = tree.find(ref);
    return {
      ref,
      title: known?.title ?? humanise(ref),
      path: tree
        .pathOf(ref)
        .reverse()
        .map(each => tree.get(each).title),
      costCentre: known?.costCentre,
    };
  });
}

function sortedLines(cells: readonly MonthCell[]) {
  const lines = cells.map(cell => ({
    departmentRef: cell.departmentRef,
    costCentre: cell.costCentre,
    applicationRef: cell.applicationRef,
    model: cell.model,
    provider: cell.provider,
    chargeClass: cell.chargeClass,
    serviceTier: cell.serviceTier,
    isCorrection: cell.isCorrection,
    source: cell.source,
    debit: accountName(cell.debit),
    credit: accountName(cell.credit),
    requests: cell.requests,
    quantity: cell.quantity,
    costPicoUsd: cell.cost,
    estimatedPicoUsd: cell.estimated,
    avoidedPicoUsd: cell.avoided,
  }));
  // by what they are about, which no two have in common: the order does not hang on a database
  return lines
    .map(line => ({ line, about: aboutOf(line) }))
    .sort((a, b) => (a.about < b.about ? -1 : 1))
    .map(({ line }) => line);
}

function aboutOf(line: {
  departmentRef: string;
  costCentre: string | undefined;
  applicationRef: string;
  model: string;
  provider: string;
  chargeClass: string;
  serviceTier: string;
  isCorrection: boolean;
  source: string;
  debit: string;
  credit: string;
}): string {
  return [
    line.departmentRef,
    line.applicationRef,
    line.model,
    line.provider,
    line.chargeClass,
    line.serviceTier,
    line.costCentre ?? '',
    line.isCorrection,
    line.source,
    line.debit,
    line.credit,
  ].join('\n');
}

function uniqueSorted(refs: readonly string[]): string[] {
  return [...new Set(refs)].filter(ref => ref !== '').sort();
}
