import { BackstageCredentials } from '@backstage/backend-plugin-api';
import { ResourcePermission } from '@backstage/plugin-permission-common';

/** Answers who may do what in which departments. The one place where permissions meet the tree. */
export interface DepartmentAccess {
  /**
   * The departments in which the caller has the permission, in the order of the tree. Empty on DENY.
   * Lists are narrowed by it in SQL, so that a total never counts what the caller may not see.
   */
  allowedRefs(
    permission: ResourcePermission,
    options: { credentials: BackstageCredentials },
  ): Promise<string[]>;

  /**
   * @throws NotAllowedError when the caller lacks the permission in this department, or the department
   *   does not exist (the same answer, so that nobody can probe for names)
   */
  require(
    permission: ResourcePermission,
    departmentRef: string,
    options: { credentials: BackstageCredentials },
  ): Promise<void>;
}
