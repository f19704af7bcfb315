/** What `weir up` prints for people when it is ready: where to look, and what to type next. */
import { relative } from 'node:path'
import { redactSecrets } from '@weir/service'
import { DATA_DIR_DEFAULT } from '../options.ts'
import type { Output } from '../output.ts'
import type { StoreServers } from './start-stores.ts'

export interface ReadyFacts extends StoreServers {
  readonly ingest: string
  readonly dashboard: string
  readonly dataDir: string
  readonly cwd: string
  readonly isDemo: boolean
}

export function readyText(facts: ReadyFacts, style: Output['style']): string {
  const { ingest, dashboard, redis, postgres, isDemo } = facts
  const dataDir = shortPath(facts)
  const option = dataDir === DATA_DIR_DEFAULT ? '' : ` --data-dir ${dataDir}`
  return [
    '',
    style('bold', 'Weir is running. Ctrl-C syncs and stops.'),
    '',
    `  ingest      ${ingest}   POST /v1/ticks`,
    `  dashboard   ${dashboard}   queues, /health`,
    `  Redis       ${serverText(redis, dataDir)}`,
    `  PostgreSQL  ${serverText(postgres, dataDir)}`,
    '',
    'In another terminal:',
    '',
    `  npx weir status${option}`,
    `  npx weir inspect ${isDemo ? 'SYM00000' : 'SYMBOL'}${option}`,
    `  npx weir sync${option} && npx weir verify${option}`,
    '',
  ].join('\n')
}

function serverText({ url, isEmbedded }: StoreServers['redis'], dataDir: string): string {
  const shown = redactSecrets(url)
  return isEmbedded ? `${shown}   data in ${dataDir}, whole URL in ${dataDir}/run.json` : shown
}

/** As the user would type it. */
function shortPath({ dataDir, cwd }: ReadyFacts): string {
  const path = relative(cwd, dataDir)
  return path === '' || path.startsWith('..') ? dataDir : path
}
