// Runs once before all tests of a run: checks the Node version and starts one Redis and one PostgreSQL on free ports,
// but only where a project of this run has tests that need them. Each test takes a key prefix or a database of its own.

import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'
import { startRunServers } from './global-setup-servers.ts'

const nodeMajor = '24'
/** Where `weir up` keeps its server programs too. */
const workDir = fileURLToPath(new URL('../../../.weir', import.meta.url))
const redisProjects = ['redis', 'e2e', 'fault']
const postgresProjects = ['pg', 'e2e', 'fault']

declare module 'vitest' {
  export interface ProvidedContext {
    /** Empty in a run that needs no Redis. */
    redisUrl: string
    /** A database whose user may create others; empty in a run that needs no PostgreSQL. */
    postgresUrl: string
    /** For tests that start servers themselves. */
    serverWorkDir: string
  }
}

/** `WEIR_TEST_REDIS_URL` and `WEIR_TEST_DATABASE_URL` name servers to use instead. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  assertNodeMajor()
  const given = { redisUrl: process.env.WEIR_TEST_REDIS_URL, postgresUrl: process.env.WEIR_TEST_DATABASE_URL }
  const names = await namesOfProjectsWithTests(project)
  const servers = await startRunServers({
    startsRedis: given.redisUrl === undefined && redisProjects.some((name) => names.has(name)),
    startsPostgres: given.postgresUrl === undefined && postgresProjects.some((name) => names.has(name)),
    workDir,
  })
  project.provide('redisUrl', given.redisUrl ?? servers.redisUrl ?? '')
  project.provide('postgresUrl', given.postgresUrl ?? servers.postgresUrl ?? '')
  project.provide('serverWorkDir', workDir)
  return servers.stop
}

/** Vitest started by an older Node can fail to report a failure, so a wrong Node could look green. */
function assertNodeMajor(): void {
  if (process.versions.node.split('.')[0] === nodeMajor) return
  throw new Error(`The tests need Node ${nodeMajor}, this is ${process.version}. Run them with: npm test`)
}

async function namesOfProjectsWithTests(root: TestProject): Promise<Set<string>> {
  const projects = await Promise.all(
    root.vitest.projects.map(async (project) => {
      const { testFiles } = await project.globTestFiles()
      return testFiles.length === 0 ? [] : [project.name]
    }),
  )
  return new Set(projects.flat())
}
