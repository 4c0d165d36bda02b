export interface Config {
  aiMesh?: {
    /** Where booked lines are copied to. The ledger in the portal's database stays what counts. */
    clickHouse?: {
      /** Address of the HTTP interface, such as `https://clickhouse.example.com:8443`. */
      url: string;
      /** It has to be there. Default: `default`. */
      database?: string;
      /** Default: `ai_mesh_usage`. Its sums by the hour get the same name with `_hourly` behind it. */
      table?: string;
      /** Default: `default`. */
      username?: string;
      /** @visibility secret */
      password?: string;
      /**
       * Whether tables and view are made when they are missing. `false` where the user may only insert, or where the
       * tables are replicated ones. Default: true.
       */
      createTables?: boolean;
    };
  };
}
