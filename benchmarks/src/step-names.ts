/** The steps of a run, in their order. */
export const stepNames = ['contenders', 'growth', 'micro', 'drain', 'latency', 'reference', 'profile', 'soak'] as const

export type StepName = (typeof stepNames)[number]

export function isStepName(name: string): name is StepName {
  return (stepNames as readonly string[]).includes(name)
}
