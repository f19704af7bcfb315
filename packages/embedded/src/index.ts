// Weir inside a Node program: the same guarantees as over HTTP, without HTTP.

export { type MarketCalculation, openWeir, type Weir, type WeirOptions } from './open-weir.ts'
export { RecordError, type RecordErrorCode } from './record-error.ts'
