/** Settings of Weir that all simulated servers share. */

/** DURABILITY_AGE_MS; by the scheduler's clock. */
export const DURABILITY_AGE_MS = 3000
