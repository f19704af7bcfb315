import { simulate } from './simulate.ts'
import { faultClasses } from './fault-classes.ts'
import { SimulatedRedis } from './world/simulated-redis.ts'
import { dumpMemory } from '@weir/testkit'
const orig = SimulatedRedis.prototype.restart
SimulatedRedis.prototype.restart = async function (kept, o) {
  const full = kept === this.writes
  const before = JSON.stringify(dumpMemory(this.memory))
  await orig.call(this, kept, o)
  const after = JSON.stringify(dumpMemory(this.memory))
  if (full && before !== after) { console.log('DIFF'); const a = JSON.parse(before), b = JSON.parse(after); for (const k of new Set([...Object.keys(a), ...Object.keys(b)])) if (JSON.stringify(a[k]) !== JSON.stringify(b[k])) console.log(k, '\n', JSON.stringify(a[k]), '\n', JSON.stringify(b[k])) }
}
const [seed, cls] = process.argv.slice(2)
await simulate({ seed: Number(seed), faultClass: faultClasses.find(c => c.name === cls)! })
