/**
 * Integer division, rounded half to even: the one rounding that money in this project knows.
 *
 * @param dividend - any integer
 * @param divisor - greater than zero
 * @throws RangeError when the divisor is not above zero
 * @example divideHalfEven(5n, 2n) // 2n
 * @example divideHalfEven(7n, 2n) // 4n
 * @example divideHalfEven(-5n, 2n) // -2n
 * @see IEEE 754-2019, section 4.3.1, roundTiesToEven
 * @public
 */
export function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  if (divisor <= 0n) {
    throw new RangeError(
      `Cannot divide by a divisor of zero or less: current value is ${divisor}`,
    );
  }
  const quotient = dividend / divisor; // towards zero
  const remainder = dividend % divisor;
  const twice = 2n * (remainder < 0n ? -remainder : remainder);
  const isOdd = quotient % 2n !== 0n;
  if (twice < divisor || (twice === divisor && !isOdd)) return quotient;
  return dividend < 0n ? quotient - 1n : quotient + 1n;
}
