export interface Config {
  /** Sovereign AI Mesh, control plane. */
  aiMesh?: {
    keys?: {
      /**
       * Under this secret the hashes of gateway keys are made, so that a stolen database opens nothing. At
       * least 32 random characters; the same on the control plane and on every gateway. With another secret
       * every key that was issued stops working. Required where the control plane or a gateway runs.
       *
       * @visibility secret
       */
      hashSecret?: string;
    };
    gateway?: {
      /**
       * Where callers reach the gateway, ending in `/v1`. Pages show it in their snippets.
       * Default: `http://localhost:4000/v1`.
       */
      baseUrl?: string;
    };
    /**
     * The company's own prices; they hold against the public price list. Amounts are text in quotes, such
     * as `'2.50'`, because a number in YAML is not exact.
     */
    prices?: Array<{
      /** What models name in their annotation `ai-mesh.io/price`, for example `halden/llama-3-8b-instruct`. */
      model: string;
      /** US dollars for a million tokens of input. */
      inputUsdPerMillion: string;
      /** US dollars for a million tokens of input that the provider read from its cache. */
      cachedInputUsdPerMillion?: string;
      /** US dollars for a million tokens of output. Left out for models that only embed. */
      outputUsdPerMillion?: string;
    }>;
  };
}
