/** What the figures were measured on, in words. */
import type { MachineFacts } from '../servers/machine-facts.ts'
import { rough } from './format.ts'

export function machineFacts(machine: MachineFacts): [string, string][] {
  return [
    ['commit', `${machine.commit}, ${machine.startedAt.slice(0, 16).replace('T', ' ')} UTC`],
    ['processor', `${machine.processor}, ${machine.cores} cores, ${machine.memoryGb} GB`],
    ['system', machine.system],
    [
      'versions',
      `Node ${machine.node}, Redis ${machine.redis}, PostgreSQL ${machine.postgres}, Python ${machine.python}`,
    ],
    ['a 4 KB write with fsync', `${rough(machine.fsyncUs)} µs`],
    ['load of the machine before', rough(machine.loadBefore)],
  ]
}
