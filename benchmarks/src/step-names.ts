/** The steps of a run, in their order. */
export const stepNames = ['contenders', 'micro', 'drain', 'latency', 'reference', 'profile'] as const

export type StepName = (typeof stepNames)[number]
