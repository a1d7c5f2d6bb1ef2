/**
 * Truthful helpfulness score, points (CRaFT, section 5.2): `THS = Pc2 - Pw2 * Pc1 / Pw1`, what a method keeps right above a
 * model that merely says less. With (Pc1, Pw1) = Init-Basic in percent; its own score is exactly 0. Null where Init-Basic is
 * never wrong or is missing.
 */
export function truthfulHelpfulness(
  initial: { pc: number; pw: number } | null | undefined,
  method: { pc: number; pw: number },
): number | null {
  if (initial === null || initial === undefined || initial.pw === 0) return null
  return method.pc - (method.pw / initial.pw) * initial.pc
}
