/** A thing with some of its methods replaced: what stands between the real code and a store. */
export function replacing<Target extends object>(target: Target, replaced: Partial<Target>): Target {
  return new Proxy(target, {
    get(original, name) {
      const method = replaced[name as keyof Target] ?? original[name as keyof Target]
      return typeof method === 'function' ? method.bind(original) : method
    },
  })
}
