import { NotFoundError } from '@backstage/errors';
import { Department } from '@sovereign-ai-mesh/plugin-ai-mesh-common';
import { DepartmentResource } from '@sovereign-ai-mesh/plugin-ai-mesh-node';

/** The tree of departments at one moment. Immutable. */
export class DepartmentTree {
  readonly #byRef: Map<string, Department>;
  readonly #ordered: Department[];

  /** @param departments - in the order of the tree: a parent before its children */
  constructor(departments: readonly Department[]) {
    this.#ordered = [...departments];
    this.#byRef = new Map(departments.map(each => [each.ref, each]));
  }

  /** All departments, a parent before its children. */
  all(): readonly Department[] {
    return this.#ordered;
  }

  find(ref: string): Department | undefined {
    return this.#byRef.get(ref);
  }

  /** @throws NotFoundError when there is no such department */
  get(ref: string): Department {
    const department = this.#byRef.get(ref);
    if (!department) {
      throw new NotFoundError(
        `There is no department "${ref}". A department is a Group in the catalog`,
      );
    }
    return department;
  }

  /** The department itself, then each one above it, up to the root. Empty when unknown. */
  pathOf(ref: string): string[] {
    const path: string[] = [];
    let current = this.#byRef.get(ref);
    while (current && !path.includes(current.ref)) {
      path.push(current.ref);
      current =
        current.parentRef === undefined
          ? undefined
          : this.#byRef.get(current.parentRef);
    }
    return path;
  }

  /** The department and everything below it. */
  subtreeOf(ref: string): string[] {
    return this.#ordered
      .map(each => each.ref)
      .filter(each => this.pathOf(each).includes(ref));
  }

  toResource(ref: string): DepartmentResource {
    return { ref, path: this.pathOf(ref) };
  }
}
