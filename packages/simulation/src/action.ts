/**
 * Something that can happen next. A fault is an action that goes wrong; the others are what happens by itself. To add a
 * fault, write one action and list it in `fault-classes.ts`.
 */
import type { World } from './world/world.ts'

type Detail = string | (() => string)

export interface Action {
  /** In schedules; unique. */
  readonly name: string
  /** How often it is chosen: beside everything that happens by itself, or beside the other faults of a run. */
  readonly weight: number
  /** It ends a fault, or goes on with what one has left behind: chosen as what happens by itself. */
  readonly isRelief?: boolean
  /** To what it could happen now; none: it cannot happen now. */
  readonly targets: (world: World) => readonly string[]
  /** Lets it happen; gives more about it, worked out only where people want to read it. */
  readonly perform: (world: World, target: string) => Promise<Detail> | Detail
  /** Ends what it began, when all faults end. */
  readonly heal?: (world: World) => Promise<void> | void
}
