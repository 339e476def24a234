/** Keeps 3.0000000000000004 replicas from becoming 4. */
export const ROUNDING = 1e-9;
