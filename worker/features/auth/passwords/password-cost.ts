/** OWASP's choice for scrypt with 16 MiB; `n` is 2 to the power of `ln`. */
export const passwordCost = { ln: 14, r: 8, p: 5 }
