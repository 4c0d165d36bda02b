export interface Config {
  aiMeshPortal?: {
    /**
     * Entity reference of the group whose members set budgets and see every department,
     * for example `group:default/platform-engineering`. Without it nobody is a platform engineer.
     */
    platformGroup?: string;
    /** Entity references of the groups whose members see the books of the whole company. */
    managerGroups?: string[];
  };

  /**
   * The example company: people without passwords, a public key, invented history. Refused at the start
   * unless `auth.environment` is `development`.
   */
  aiMeshDemo?: {
    /** Whether a light stream of calls keeps the pages alive; true by default. */
    traffic?: boolean;
    /**
     * The gateway key of the demo's application `support-bot`.
     * @visibility secret
     */
    key: string;
    /** Who may sign in without a password. */
    people: Array<{
      /** Name of the user in the catalog, in the namespace `default`. */
      id: string;
      name: string;
      role: string;
      department: string;
      purpose?: string;
    }>;
  };
}
