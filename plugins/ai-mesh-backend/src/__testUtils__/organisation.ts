import { Department, KeyId } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DepartmentService } from '../departments/DepartmentService';
import { DepartmentTree } from '../departments/DepartmentTree';

export const COMPANY = 'group:default/halden';
export const COMMERCE = 'group:default/commerce';
export const CUSTOMER_CARE = 'group:default/customer-care';
export const ONLINE_STORE = 'group:default/online-store';
export const RESEARCH = 'group:default/research';

/** A company of three levels: two departments below a unit, and one beside it. */
export const ORGANISATION = new DepartmentTree([
  department(COMPANY, 'Halden Group', 0),
  department(COMMERCE, 'Commerce', 1, COMPANY),
  department(CUSTOMER_CARE, 'Customer Care', 2, COMMERCE),
  department(ONLINE_STORE, 'Online Store', 2, COMMERCE),
  department(RESEARCH, 'Research', 1, COMPANY),
]);

export const organisationService: DepartmentService = {
  tree: async () => ORGANISATION,
};

/** Applications and keys that may have budgets: two of each in Customer Care, one in Research. */
export const BUDGET_APPLICATIONS = [
  application('support-bot', 'Support Bot (EU)', CUSTOMER_CARE),
  application('mail-sorter', 'Mail Sorter', CUSTOMER_CARE),
  application('lab', 'Lab', RESEARCH),
];
export const BUDGET_KEYS = [
  key('AbCdEfGhIjKl', 'Support bot, production', CUSTOMER_CARE),
  key('BbCdEfGhIjKl', 'Mail sorter', CUSTOMER_CARE),
  key('CbCdEfGhIjKl', 'Lab notebook', RESEARCH),
];

function application(name: string, title: string, departmentRef: string) {
  return { ref: `component:default/${name}`, title, departmentRef };
}

function key(id: string, name: string, departmentRef: string) {
  return { id: id as KeyId, name, departmentRef };
}

function department(
  ref: string,
  title: string,
  depth: number,
  parentRef?: string,
): Department {
  return {
    ref,
    title,
    type: 'department',
    depth,
    parentRef,
    costCentre: 'CC1',
  };
}
