/** A publication to its files: the figures as JSON, the pages, the charts. */
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { figuresOf, type Publication } from './publication.ts'
import { benchmarksPage } from './report/benchmarks-page.ts'
import { drawCharts } from './report/charts.ts'
import { sizingPage } from './report/sizing-page.ts'

const RESULTS = join('benchmarks', 'results.json')

export async function writePublication(dir: string, publication: Publication): Promise<void> {
  const figures = figuresOf(publication)
  const charts = drawCharts(figures)
  await rm(join(dir, 'benchmarks'), { recursive: true, force: true })
  await mkdir(join(dir, 'benchmarks'), { recursive: true })
  await writeFile(join(dir, RESULTS), `${JSON.stringify(publication, undefined, 1)}\n`)
  for (const [name, svg] of Object.entries(charts)) await writeFile(join(dir, 'benchmarks', name), svg)
  await writeFile(join(dir, 'benchmarks.md'), benchmarksPage(figures, charts))
  await writeFile(join(dir, 'sizing.md'), sizingPage(figures, charts))
}

/** Undefined where there is none yet, or one without steps, of an older form. */
export async function readPublication(dir: string): Promise<Publication | undefined> {
  const file = join(dir, RESULTS)
  if (!existsSync(file)) return undefined
  const publication = JSON.parse(await readFile(file, 'utf8')) as Partial<Publication>
  return publication.steps === undefined ? undefined : (publication as Publication)
}
