/** Tokens of one picture of gpt-image-1: square, upright, wide. */
const TOKENS: Record<string, readonly [number, number, number]> = {
  low: [272, 408, 400],
  medium: [1_056, 1_584, 1_568],
  high: [4_160, 6_240, 6_208],
};

/**
 * What one picture costs in tokens. A model left to choose takes a square one of medium quality.
 *
 * @see OpenAI, "Image generation", section "Cost and latency"
 */
export function imageTokens(request: {
  quality?: string | null;
  size?: string | null;
}): number {
  const [square, upright, wide] =
    TOKENS[request.quality ?? ''] ?? TOKENS.medium;
  const [width = 0, height = 0] = (request.size ?? '').split('x').map(Number);
  if (width < height) return upright;
  return width > height ? wide : square;
}
