import {
  MeshApi,
  picoUsd,
  PicoUsd,
  SpendReport,
  SpendRow,
  sumPicoUsd,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { APPLICATIONS, DEPARTMENTS, MODELS } from './demoCompany';

type Query = Parameters<MeshApi['getSpend']>[0];

const STEP_MS = { hour: 3_600_000, day: 86_400_000 };

/** A report whose rows and series sum to its totals, with more by day than by night. */
export function fakeSpend(query: Query, now: Date): SpendReport {
  const groups = groupsOf(query.groupBy ?? 'model');
  const stepMs = STEP_MS[query.interval ?? 'day'];
  const series: SpendReport['series'] = [];
  const endMs = Math.min(Date.parse(query.to), now.getTime());
  for (let at = Date.parse(query.from); at < endMs; at += stepMs) {
    for (const [place, group] of groups.entries()) {
      series.push({
        from: new Date(at).toISOString(),
        id: group.id,
        costPicoUsd: costAt(Math.floor(at / stepMs), place, stepMs),
      });
    }
  }
  const rows = groups.map(group => toRow(group, series));
  return {
    series,
    rows: rows.sort((a, b) => compareBy(query, a, b)),
    rowCount: rows.length,
    containsDemoData: true,
    total: totalOf(rows),
  };
}

function compareBy(query: Query, a: SpendRow, b: SpendRow): number {
  const sign = query.order === 'asc' ? 1 : -1;
  if (query.orderBy === 'label') return sign * a.label.localeCompare(b.label);
  return sign * (a.costPicoUsd > b.costPicoUsd ? 1 : -1);
}

function groupsOf(by: string): { id: string; label: string }[] {
  switch (by) {
    case 'application':
      return APPLICATIONS.map(({ ref, title }) => ({ id: ref, label: title }));
    case 'department':
      return DEPARTMENTS.slice(1).map(({ ref, title }) => ({
        id: ref,
        label: title,
      }));
    case 'key':
      return [
        { id: '07EMTahowELS', label: 'Support bot, production' },
        { id: 'DKRYfmt07EMT', label: 'Support bot, staging' },
      ];
    default:
      return MODELS.filter(model => model.price).map(({ name }) => ({
        id: name,
        label: name,
      }));
  }
}

function costAt(slot: number, place: number, stepMs: number): PicoUsd {
  const wave = 10 + ((slot * 7 + place * 5) % 9) + ((slot * 3) % 11);
  const scale = [31_415_926n, 9_271_828n, 4_142_135n, 577_215n][place % 4];
  return picoUsd(BigInt(wave) * scale * BigInt(stepMs / 36_000));
}

function toRow(
  group: { id: string; label: string },
  series: SpendReport['series'],
): SpendRow {
  const costPicoUsd = sumPicoUsd(
    series.filter(each => each.id === group.id).map(each => each.costPicoUsd),
  );
  return {
    ...group,
    requests: costPicoUsd / 3_000_000_000n + 1n,
    inputTokens: costPicoUsd / 4_000_000n,
    outputTokens: costPicoUsd / 14_000_000n,
    costPicoUsd,
    otherPicoUsd: picoUsd(0n),
    estimatedPicoUsd: picoUsd(costPicoUsd / 90n),
    avoidedPicoUsd: savedBy(group.id, costPicoUsd),
  };
}

/** The house's own model saves money where it stands in; the large one costs some where it does. */
function savedBy(id: string, cost: PicoUsd): PicoUsd {
  if (id === 'gpt-4o') return picoUsd(-cost / 200n);
  return picoUsd(id.startsWith('llama') ? cost * 6n : 0n);
}

function totalOf(rows: readonly SpendRow[]): SpendReport['total'] {
  return {
    requests: rows.reduce((sum, row) => sum + row.requests, 0n),
    inputTokens: rows.reduce((sum, row) => sum + row.inputTokens, 0n),
    outputTokens: rows.reduce((sum, row) => sum + row.outputTokens, 0n),
    costPicoUsd: sumPicoUsd(rows.map(row => row.costPicoUsd)),
    otherPicoUsd: sumPicoUsd(rows.map(row => row.otherPicoUsd)),
    estimatedPicoUsd: sumPicoUsd(rows.map(row => row.estimatedPicoUsd)),
    avoidedPicoUsd: sumPicoUsd(rows.map(row => row.avoidedPicoUsd)),
  };
}
