import {
  BudgetNode,
  budgetNodeId,
  KeyId,
  keyIdSchema,
} from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { NotFoundError } from '@backstage/errors';
import { ApplicationService } from '../departments/ApplicationService';
import { DepartmentService } from '../departments/DepartmentService';
import { DepartmentTree } from '../departments/DepartmentTree';

/** What a node is, for people. */
export interface NodeView {
  id: string;
  node: BudgetNode;
  title: string;
  type: string;
  /** The departments in which somebody must be allowed what they want to do with it: all of them. Never empty. */
  departmentRefs: readonly string[];
  /** Who is told about it. */
  groupRefs: readonly string[];
  parentRef?: string;
  costCentre?: string;
  depth: number;
}

/** A key, as far as budgets go. Nothing of it ever changes. */
interface KeyOwner {
  name: string;
  departmentRef: string;
}

/** Looks nodes up where they come from: the catalog and the keys. */
export class BudgetDirectory {
  readonly #departments: DepartmentService;
  readonly #applications: Pick<ApplicationService, 'find'>;
  readonly #getKey: (id: KeyId) => Promise<KeyOwner>;
  readonly #keys = new Map<string, KeyOwner>();

  /** @param options - `getKey`: throws NotFoundError when there is no such key */
  constructor(options: {
    departments: DepartmentService;
    applications: Pick<ApplicationService, 'find'>;
    getKey: (id: KeyId) => Promise<KeyOwner>;
  }) {
    this.#departments = options.departments;
    this.#applications = options.applications;
    this.#getKey = options.getKey;
  }

  /** The nodes that exist, in their order; those of things that are gone are missing. */
  async describe(nodes: readonly BudgetNode[]): Promise<NodeView[]> {
    const tree = await this.#departments.tree();
    const views: NodeView[] = [];
    for (const node of nodes) {
      const about = await this.#look(node, tree);
      if (about) views.push({ id: budgetNodeId(node), node, ...about });
    }
    return views;
  }

  /** @throws NotFoundError when there is no such department, cost centre, application or key */
  async get(node: BudgetNode): Promise<NodeView> {
    const [view] = await this.describe([node]);
    if (view) return view;
    throw new NotFoundError(
      `There is no ${node.level} "${node.ref}" that could have a budget`,
    );
  }

  /** A department and all below it; none for another node. */
  async subtreeOf(node: BudgetNode): Promise<string[]> {
    if (node.level !== 'department') return [];
    return (await this.#departments.tree()).subtreeOf(node.ref);
  }

  async #look(
    node: BudgetNode,
    tree: DepartmentTree,
  ): Promise<Omit<NodeView, 'id' | 'node'> | undefined> {
    switch (node.level) {
      case 'department':
        return ofDepartment(node.ref, tree);
      case 'cost-centre':
        return ofCostCentre(node.ref, tree);
      case 'application': {
        const application = await this.#applications.find(node.ref);
        return (
          application &&
          ofThing(application.title, 'application', application, tree)
        );
      }
      default: {
        const key = await this.#findKey(node.ref);
        return key && ofThing(key.name, 'key', key, tree);
      }
    }
  }

  async #findKey(id: string): Promise<KeyOwner | undefined> {
    let key = this.#keys.get(id);
    if (key) return key;
    try {
      key = await this.#getKey(keyIdSchema.parse(id));
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
    this.#keys.set(id, key);
    return key;
  }
}

function ofDepartment(ref: string, tree: DepartmentTree) {
  const department = tree.find(ref);
  if (!department) return undefined;
  const { title, type, parentRef, costCentre, depth } = department;
  return {
    title,
    type,
    parentRef,
    costCentre,
    depth,
    departmentRefs: [ref],
    groupRefs: [ref],
  };
}

function ofCostCentre(costCentre: string, tree: DepartmentTree) {
  const refs = tree
    .all()
    .filter(each => each.costCentre === costCentre)
    .map(each => each.ref);
  if (refs.length === 0) return undefined;
  const known = new Set(refs);
  return {
    title: costCentre,
    type: 'cost centre',
    costCentre,
    depth: 0,
    departmentRefs: refs,
    // those below are members of the ones above
    groupRefs: refs.filter(ref => {
      const above = tree.find(ref)?.parentRef;
      return above === undefined || !known.has(above);
    }),
  };
}

function ofThing(
  title: string,
  type: string,
  { departmentRef }: { departmentRef: string },
  tree: DepartmentTree,
) {
  const department = tree.find(departmentRef);
  if (!department) return undefined;
  return {
    title,
    type,
    parentRef: departmentRef,
    costCentre: department.costCentre,
    depth: department.depth + 1,
    departmentRefs: [departmentRef],
    groupRefs: [departmentRef],
  };
}
