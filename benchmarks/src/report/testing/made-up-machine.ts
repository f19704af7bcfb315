/** A machine that nothing was measured on. */
import type { MachineFacts } from '../../servers/machine-facts.ts'

export const machine: MachineFacts = {
  startedAt: '2026-01-02T03:04:05.000Z',
  commit: 'abc',
  processor: 'a processor',
  cores: 2,
  memoryGb: 8,
  system: 'a system',
  node: 'v24',
  redis: '7',
  postgres: '18',
  python: '3',
  fsyncUs: 100,
  loadBefore: 0.1,
}
