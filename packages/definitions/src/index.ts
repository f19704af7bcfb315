// The layout of a process: the built-in accumulators, and those of a user's file.

export { loadLayout } from './load-layout.ts'
