import type { FaultClass } from './fault-class.ts'
import { countedExactlyOnce } from './promises/counted-exactly-once.ts'

export const faultClasses: readonly FaultClass[] = [
  {
    name: 'calm',
    promised: 'nothing goes wrong',
    faults: [],
    appendFsync: ['always', 'everysec'],
    mayLose: false,
    nodesMax: 2,
    invariants: [],
    promises: [countedExactlyOnce],
  },
]
