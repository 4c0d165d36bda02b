import { FocusCharge } from './FocusCharge';

/** Where charges come from. */
export interface FocusSource {
  /**
   * The charges of a billing month, day by day, then the corrections of earlier months. In a fixed order, so that a
   * month that is closed gives the same bytes each time. A page at a time is held, never the month.
   *
   * @param query - `month` as `2026-10`; `departmentRefs`: only these departments, or everything when absent, also
   *   what belongs to none
   */
  charges(query: {
    month: string;
    departmentRefs?: readonly string[];
  }): AsyncIterable<FocusCharge>;
}
