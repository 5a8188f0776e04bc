/** Share of the patches whose distances `peak` averages. */
const PEAK_SHARE = 0.01;

/** The number of patches of an image whose distances `peak` averages, the highest. */
export function peakCount(patches: number): number {
  return Math.max(1, Math.round(patches * PEAK_SHARE));
}
