import { FileRow, FocusRule, rowRule } from './FocusRule';

/** Billing and charge periods. */
export const PERIOD_RULES: readonly FocusRule[] = [
  rowRule(
    {
      id: 'BillingPeriod-order',
      column: 'BillingPeriodEnd',
      text: 'BillingPeriodEnd is the exclusive end bound: after BillingPeriodStart',
      source: 'Columns BillingPeriodStart and BillingPeriodEnd',
      todo: 'Use the first moment of the next billing period',
    },
    row => !isBefore(row, 'BillingPeriodStart', 'BillingPeriodEnd'),
  ),
  rowRule(
    {
      id: 'ChargePeriod-order',
      column: 'ChargePeriodEnd',
      text: 'ChargePeriodEnd is the exclusive end bound: after ChargePeriodStart',
      source: 'Columns ChargePeriodStart and ChargePeriodEnd',
      todo: 'Use the first moment after the charge period',
    },
    row => !isBefore(row, 'ChargePeriodStart', 'ChargePeriodEnd'),
  ),
  rowRule(
    {
      id: 'ChargePeriod-in-billing-period',
      column: 'ChargePeriodStart',
      text: 'The billing period contains the charge period, unless ChargeClass is "Correction"',
      source:
        'Attribute CorrectionHandling; columns ChargePeriodStart and ChargeClass',
      todo: 'Bill the charge in its own period, or mark it as a Correction',
    },
    row =>
      row.ChargeClass !== 'Correction' &&
      !(
        timeIn(row, 'BillingPeriodStart') <= timeIn(row, 'ChargePeriodStart') &&
        timeIn(row, 'ChargePeriodEnd') <= timeIn(row, 'BillingPeriodEnd')
      ),
  ),
  rowRule(
    {
      id: 'ChargeClass-of-earlier-periods',
      column: 'ChargeClass',
      text: 'Corrections of a closed billing period carry the charge period in which the cost was originally incurred, before the billing period in which they are issued',
      source: 'Attribute CorrectionHandling',
      todo: 'Use the day of the usage as the charge period, or clear ChargeClass',
    },
    row =>
      row.ChargeClass === 'Correction' &&
      !(timeIn(row, 'ChargePeriodEnd') <= timeIn(row, 'BillingPeriodStart')),
  ),
];

function isBefore(row: FileRow, first: string, second: string): boolean {
  return timeIn(row, first) < timeIn(row, second);
}

/** NaN for what is no time: every comparison with it is false. */
function timeIn(row: FileRow, column: string): number {
  return Date.parse(row[column] ?? '');
}
