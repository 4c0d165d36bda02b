/** The complaint is ours to give, when the form is sent; the browser's own would come too early. */
export function complaint(error: string | undefined) {
  return {
    validationBehavior: 'aria' as const,
    validate: () => error,
  };
}
