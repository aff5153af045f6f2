// how long to wait before trying again

/** Full jitter above a floor, doubling up to a cap: a thousand widgets that lost one gateway must not return as one. */
export function backoffMillis(attempt, random, { floor = 200, base = 500, cap = 10_000 } = {}) {
    const ceiling = Math.min(cap, base * 2 ** Math.min(attempt - 1, 10));
    return Math.round(floor + random * Math.max(0, ceiling - floor));
}
