/** Results that are computed once per object. */

/**
 * Keeps the result for each object, as long as the object lives.
 *
 * @param compute Depends on nothing but the object, which must not change.
 * @returns The same function; callers share its results, and must not write into them.
 */
export function remembered<K extends object, V>(compute: (key: K) => V): (key: K) => V {
  const results = new WeakMap<K, V>();
  return (key) => {
    if (!results.has(key)) results.set(key, compute(key));
    return results.get(key) as V;
  };
}
