import { simulate } from './simulate.ts'
import { faultClasses } from './fault-classes.ts'
import { formatStep } from './schedule/step.ts'
const [n = '100', cls = 'calm', from = '1', trace] = process.argv.slice(2)
const faultClass = faultClasses.find(c => c.name === cls)!
const t = performance.now()
let steps = 0, fin = 0, bad = 0
for (let seed = Number(from); seed < Number(from) + Number(n); seed++) {
  const r = await simulate({ seed, faultClass, ...(trace ? { onStep: (s, d) => console.log(formatStep(s), '|', d) } : {}), onFinish: (l) => { fin++; if (trace) console.log('   ', l) } })
  steps += r.steps.length
  if (r.violation) { bad++; if (bad < 6) console.log(seed, r.steps.length, r.violation) }
}
const ms = performance.now() - t
console.log({ bad, steps: steps / Number(n), fin: fin / Number(n), msPerRun: ms / Number(n) })
