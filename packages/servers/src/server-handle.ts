// What a started server looks like to the one who started it: the same for Redis and PostgreSQL.

export type ServerExit = {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** True when `stop()` asked for it. */
  readonly expected: boolean
}

export type ServerHandle = {
  /** With user and password; never log it. */
  readonly url: string
  readonly port: number
  readonly pid: number
  /** Resolves once, when the process is gone; never rejects. */
  readonly exited: Promise<ServerExit>
  /** Ends the server gracefully, by force where it does not answer; idempotent. */
  readonly stop: () => Promise<void>
  /** Sends a signal and returns at once; for fault tests and last resorts. */
  readonly kill: (signal: NodeJS.Signals) => void
}

/** Where this package says what it does, one line a call. */
export type ServerLog = (line: string) => void
