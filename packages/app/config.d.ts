export interface Config {
  auth?: {
    /**
     * Under `development` the sign-in page offers the demo's people instead of the company's provider.
     * @visibility frontend
     */
    environment?: string;
  };
  aiMeshDemo?: {
    /**
     * Who the sign-in page of the demo offers.
     * @deepVisibility frontend
     */
    people?: Array<{
      id: string;
      name: string;
      role: string;
      department: string;
      purpose?: string;
    }>;
  };
}
