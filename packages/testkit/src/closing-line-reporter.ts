// The last line of a test run, for a CI that reads one line: `N passed, N failed`, and `, N skipped` where some are.
// It is printed when the process exits, after everything else that has something to say.

import type { Reporter, TestModule, TestRunEndReason, Vitest } from 'vitest/node'

export type Tally = { readonly passed: number; readonly failed: number; readonly skipped: number }

export default class ClosingLineReporter implements Reporter {
  // Until a run has ended, all that is known is that it did not: a failure.
  #tally: Tally = { passed: 0, failed: 1, skipped: 0 }

  onInit(vitest: Vitest): void {
    if (vitest.config.watch) return
    process.once('exit', () => process.stdout.write(`\n${closingLine(this.#tally)}\n`))
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[], reason: TestRunEndReason): void {
    const tally = modules.map(tallyModule).reduce(add, { passed: 0, failed: unhandledErrors.length, skipped: 0 })
    // Vitest knows of a failure that shows in no test: no file found, a broken global setup, an interruption.
    const isFailureHidden = reason !== 'passed' && tally.failed === 0
    this.#tally = isFailureHidden ? { ...tally, failed: 1 } : tally
  }
}

export function closingLine(tally: Tally): string {
  const line = `${tally.passed} passed, ${tally.failed} failed`
  return tally.skipped === 0 ? line : `${line}, ${tally.skipped} skipped`
}

/** A file that cannot be loaded and a hook that throws are failures too, besides the tests they kept from running. */
function tallyModule(module: TestModule): Tally {
  let tally: Tally = { passed: 0, failed: module.errors().length, skipped: 0 }
  for (const suite of module.children.allSuites())
    tally = add(tally, { passed: 0, failed: suite.errors().length, skipped: 0 })
  for (const test of module.children.allTests()) {
    const { state } = test.result()
    tally = add(tally, {
      passed: state === 'passed' ? 1 : 0,
      // A test that is still pending when the run is over did not finish.
      failed: state === 'failed' || state === 'pending' ? 1 : 0,
      skipped: state === 'skipped' ? 1 : 0,
    })
  }
  return tally
}

function add(left: Tally, right: Tally): Tally {
  return {
    passed: left.passed + right.passed,
    failed: left.failed + right.failed,
    skipped: left.skipped + right.skipped,
  }
}
