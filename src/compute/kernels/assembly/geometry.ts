// The sizes of a convolution: twelve integers in memory, passed by address.

/** Integers of a `Geometry`. */
export const GEOMETRY_INTEGERS: i32 = 12;

/** Sizes of x [batch, height, width, channels] and of y [batch, outHeight, outWidth, filters]. */
// @ts-ignore: decorator
@unmanaged
export class Geometry {
  /** Images. */
  batch: i32;
  /** Rows of x. */
  height: i32;
  /** Columns of x. */
  width: i32;
  /** Floats per pixel of x. */
  channels: i32;
  /** Rows of the kernel. */
  kernelHeight: i32;
  /** Columns of the kernel. */
  kernelWidth: i32;
  /** Rows of y. */
  outHeight: i32;
  /** Columns of y. */
  outWidth: i32;
  /** Floats per pixel of y. */
  filters: i32;
  /** Pixels of x between windows, along both axes. */
  stride: i32;
  /** Rows of padding above x. */
  padTop: i32;
  /** Columns of padding left of x. */
  padLeft: i32;

  /** Rows covered by windows, including padding. */
  // @ts-ignore: decorator
  @inline
  get coveredRows(): i32 {
    return (this.outHeight - 1) * this.stride + this.kernelHeight;
  }

  /** Columns covered by windows, including padding. */
  // @ts-ignore: decorator
  @inline
  get coveredColumns(): i32 {
    return (this.outWidth - 1) * this.stride + this.kernelWidth;
  }

  /** Whether every window lies within x, so that x needs no padding. */
  // @ts-ignore: decorator
  @inline
  get inside(): bool {
    return this.padTop == 0 && this.padLeft == 0 && this.coveredRows <= this.height &&
      this.coveredColumns <= this.width;
  }

  /** Writes the geometry of the convolution that maps dy to dx, for stride 1. */
  writeSwapped(to: Geometry): void {
    to.batch = this.batch;
    to.height = this.outHeight;
    to.width = this.outWidth;
    to.channels = this.filters;
    to.kernelHeight = this.kernelHeight;
    to.kernelWidth = this.kernelWidth;
    to.outHeight = this.height;
    to.outWidth = this.width;
    to.filters = this.channels;
    to.stride = 1;
    to.padTop = this.kernelHeight - 1 - this.padTop;
    to.padLeft = this.kernelWidth - 1 - this.padLeft;
  }
}
