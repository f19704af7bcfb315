// Fetches Redis from the machine's own Debian or Ubuntu sources into a folder, as any user: packages are downloaded and
// unpacked, never installed, so no service is enabled and nothing outside the folder changes. apt checks signatures.

import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isErrorWithCode } from './process-table.ts'
import { lastWords, runCommand } from './run-command.ts'
import type { ServerLog } from './server-handle.ts'

/** Redis first; where a distribution's Redis is too old or gone, Valkey is the same server under another name. */
const packages = ['redis-tools', 'valkey-tools']
const majorVersionMin = 7
const updateTimeoutMs = 120_000
const downloadTimeoutMs = 120_000
const commandTimeoutMs = 30_000

/** Leaves the unpacked packages in `unpackDir`. Throws an Error that says why it could not. */
export async function fetchRedisWithApt(options: { unpackDir: string; log: ServerLog }): Promise<void> {
  const { unpackDir, log } = options
  const version = await runCommand('apt-get', ['--version'], { timeoutMs: commandTimeoutMs })
  if (version.kind === 'not-started') throw new Error('this system has no apt-get')
  const parent = dirname(unpackDir)
  await mkdir(parent, { recursive: true })
  // A folder of its own for each attempt: two starts at once do not disturb each other.
  const attemptDir = await mkdtemp(join(parent, 'redis-fetch-'))
  try {
    const apt = await prepareApt(join(attemptDir, 'apt'))
    log('redis: none on this machine; fetching it with apt-get download (nothing is installed), a few seconds')
    // One broken source of many makes update fail, while ours may be there: the download below is the judge.
    await runApt(apt, ['update'], updateTimeoutMs)
    const names = await choosePackages(apt)
    const archiveDir = join(attemptDir, 'archives')
    await mkdir(archiveDir)
    const download = await runApt(apt, ['download', ...names], downloadTimeoutMs, archiveDir)
    if (download.kind !== 'ran' || download.code !== 0) throw new Error(`apt-get download: ${lastWords(download)}`)
    const treeDir = join(attemptDir, 'tree')
    await unpack(archiveDir, treeDir)
    await rename(treeDir, unpackDir).catch((error: unknown) => {
      // Another start was faster, and its server may be running from there already.
      if (!isErrorWithCode(error, 'ENOTEMPTY') && !isErrorWithCode(error, 'EEXIST')) throw error
    })
    log(`redis: fetched ${names.join(', ')} into ${unpackDir}`)
  } finally {
    await rm(attemptDir, { recursive: true, force: true })
  }
}

/** apt with lists, cache and locks of its own; which packages the machine has is still read from the machine. */
async function prepareApt(aptDir: string): Promise<readonly string[]> {
  await mkdir(join(aptDir, 'state', 'lists', 'partial'), { recursive: true })
  await mkdir(join(aptDir, 'cache', 'archives', 'partial'), { recursive: true })
  const settings = [
    `Dir::State=${join(aptDir, 'state')}`,
    'Dir::State::status=/var/lib/dpkg/status',
    `Dir::Cache=${join(aptDir, 'cache')}`,
    'Debug::NoLocking=true',
    // As root, apt would download as the user _apt, who may not enter this folder.
    'APT::Sandbox::User=root',
    'Acquire::Languages=none',
    'Acquire::Retries=1',
    'Acquire::http::Timeout=20',
    'Acquire::https::Timeout=20',
  ]
  // apt hands its settings to the signature check in a temporary file, which not every user may make elsewhere.
  const environment = ['LC_ALL=C', `TMPDIR=${aptDir}`]
  return [...environment, 'apt-get', '-q', ...settings.flatMap((setting) => ['-o', setting])]
}

function runApt(apt: readonly string[], argumentList: readonly string[], timeoutMs: number, cwd?: string) {
  return runCommand('env', [...apt, ...argumentList], { timeoutMs, ...(cwd === undefined ? {} : { cwd }) })
}

/** The first package that is new enough, and what it needs and the machine lacks: what apt-get install would add. */
async function choosePackages(apt: readonly string[]): Promise<readonly string[]> {
  const reasons: string[] = []
  for (const name of packages) {
    const simulation = ['install', '--simulate', '--reinstall', '--no-install-recommends', name]
    const result = await runApt(apt, simulation, commandTimeoutMs)
    const plan: InstallPlan = result.kind === 'ran' ? readInstallPlan(result.stdout, name) : { kind: 'unavailable' }
    if (plan.kind === 'packages') return plan.names
    reasons.push(plan.kind === 'too-old' ? `${name} here is ${plan.version}` : `${name}: ${lastWords(result)}`)
  }
  throw new Error(reasons.join('; '))
}

export type InstallPlan =
  | { readonly kind: 'packages'; readonly names: readonly string[] }
  | { readonly kind: 'too-old'; readonly version: string }
  | { readonly kind: 'unavailable' }

/** Reads lines such as `Inst redis-tools [5:6.0.16-1] (5:7.0.15-1 Debian:12 [amd64])`; in `[` is what is there now. */
export function readInstallPlan(simulation: string, wantedName: string): InstallPlan {
  const planned = [...simulation.matchAll(/^Inst (\S+) (?:\[\S+\] )?\((?:\d+:)?(\S+)/gm)]
  const version = planned.find(([, name]) => name === wantedName)?.[2]
  if (version === undefined) return { kind: 'unavailable' }
  if (Number.parseInt(version, 10) < majorVersionMin) return { kind: 'too-old', version }
  return { kind: 'packages', names: planned.map(([, name]) => name ?? wantedName) }
}

async function unpack(archiveDir: string, treeDir: string): Promise<void> {
  for (const archive of await readdir(archiveDir)) {
    if (!archive.endsWith('.deb')) continue
    const result = await runCommand('dpkg', ['-x', join(archiveDir, archive), treeDir], { timeoutMs: commandTimeoutMs })
    if (result.kind !== 'ran' || result.code !== 0) throw new Error(`dpkg -x ${archive}: ${lastWords(result)}`)
  }
}
