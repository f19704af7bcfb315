/**
 * Whether the stores are fit to be synced: reachable, migrated, of the same layout. A store that is down is asked again until
 * it is back; one that is up and unfit at the start is a fault to report before anything runs.
 */
import { StoreError } from '@weir/accumulator'

export interface StoreCheck {
  /** As people call it: Redis, PostgreSQL. */
  readonly name: string
  /** Throws a StoreError that says what is wrong and what to do. */
  readonly check: () => Promise<void>
}

interface CheckState extends StoreCheck {
  isFit: boolean
  fault: Error | undefined
}

export class StoreChecks {
  readonly #states: readonly CheckState[]
  readonly #onChange: (name: string, fault: Error | undefined) => void

  /** `onChange` is told when a store becomes fit, and when what is wrong with it changes. */
  constructor(checks: readonly StoreCheck[], onChange: (name: string, fault: Error | undefined) => void) {
    this.#states = checks.map((check) => ({ ...check, isFit: false, fault: undefined }))
    this.#onChange = onChange
  }

  get areFit(): boolean {
    return this.#states.every(({ isFit }) => isFit)
  }

  /** What keeps the stores from being synced, a line each. */
  get reasons(): string[] {
    return this.#states
      .filter(({ isFit }) => !isFit)
      .map(({ name, fault }) => told(name, fault?.message ?? 'not checked yet'))
  }

  /** The first of them, as an error for whoever wants a sync now. */
  get fault(): Error | undefined {
    return this.#states.find(({ isFit }) => !isFit)?.fault
  }

  /** Asks every store that was not fit yet. Throws, at the start, what waiting does not cure. */
  async ask({ throwUnfit }: { throwUnfit: boolean }): Promise<void> {
    await Promise.all(this.#states.filter(({ isFit }) => !isFit).map((state) => this.#askOne(state, throwUnfit)))
  }

  async #askOne(state: CheckState, throwUnfit: boolean): Promise<void> {
    const fault = await state.check().then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
    )
    if (fault !== undefined && throwUnfit && !(fault instanceof StoreError && fault.retryable)) throw fault
    const changed = fault?.message !== state.fault?.message || (fault === undefined) !== state.isFit
    state.isFit = fault === undefined
    state.fault = fault
    if (changed) this.#onChange(state.name, fault)
  }
}

/** Many a message begins with the store's name. */
function told(name: string, message: string): string {
  return message.startsWith(name) ? message : `${name}: ${message}`
}
