// Which tests there are and what each kind may use. A suffix says what a test needs: nothing, a real Redis, a real
// PostgreSQL, both with processes of their own (e2e), and the long ones that break things on purpose (fault).

import { defineConfig } from 'vitest/config'

const kinds = ['redis', 'pg', 'e2e', 'fault'] as const
const folders = ['packages/*/src', 'apps/*/src', 'benchmarks/src', 'scripts', 'tests']

const seconds = 1000

export default defineConfig({
  test: {
    // One run has one Redis and one PostgreSQL, whatever the number of projects.
    globalSetup: ['packages/testkit/src/global-setup.ts'],
    reporters: ['default', './packages/testkit/src/closing-line-reporter.ts'],
    teardownTimeout: 60 * seconds,
    // Half of the time is waiting for servers, so two files at once are no slower each on two cores.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: folders.map((folder) => `${folder}/**/*.test.ts`),
          exclude: [...kinds.map((kind) => `**/*.${kind}.test.ts`), '**/node_modules/**', '**/dist/**'],
          // They keep no state and touch no process state, so they share threads: half the time of processes.
          pool: 'threads',
          isolate: false,
          testTimeout: 20 * seconds,
          sequence: { groupOrder: 0 },
        },
      },
      project('redis', { groupOrder: 1, timeoutMs: 30 * seconds }),
      project('pg', { groupOrder: 1, timeoutMs: 30 * seconds }),
      project('e2e', { groupOrder: 2, timeoutMs: 120 * seconds }),
      project('fault', { groupOrder: 3, timeoutMs: 600 * seconds }),
    ],
  },
})

type Limits = { readonly groupOrder: number; readonly timeoutMs: number }

function project(kind: (typeof kinds)[number], limits: Limits) {
  return {
    test: {
      name: kind,
      include: folders.map((folder) => `${folder}/**/*.${kind}.test.ts`),
      exclude: ['**/node_modules/**', '**/dist/**'],
      testTimeout: limits.timeoutMs,
      hookTimeout: limits.timeoutMs,
      sequence: { groupOrder: limits.groupOrder },
    },
  }
}
