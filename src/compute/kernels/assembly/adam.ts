// One step of Adam (Kingma and Ba 2015, arXiv 1412.6980, algorithm 1) on one variable, in place,
// including weight decay, which would take two more passes.

/**
 * @param step learning rate with both bias corrections: lr * sqrt(1 - b2^t) / (1 - b1^t)
 * @param epsilon the paper's epsilon-hat: epsilon * sqrt(1 - b2^t)
 * @param penalty L2 penalty: `penalty * weight` is added to the gradient
 * @param kept factor of the weight before the update; 1 without decoupled decay
 */
export function adam(
  weight: usize,
  gradient: usize,
  mean: usize,
  variance: usize,
  count: i32,
  beta1: f32,
  beta2: f32,
  step: f32,
  epsilon: f32,
  penalty: f32,
  kept: f32,
): void {
  const vb1 = f32x4.splat(beta1), vb2 = f32x4.splat(beta2);
  const vc1 = f32x4.splat(1 - beta1), vc2 = f32x4.splat(1 - beta2);
  const vs = f32x4.splat(step), ve = f32x4.splat(epsilon);
  const vp = f32x4.splat(penalty), vk = f32x4.splat(kept);
  let at: usize = 0;
  const end = <usize> count << 2;
  for (; at + 16 <= end; at += 16) {
    const w = v128.load(weight + at);
    const g = f32x4.add(v128.load(gradient + at), f32x4.mul(vp, w));
    const m = f32x4.add(f32x4.mul(vb1, v128.load(mean + at)), f32x4.mul(vc1, g));
    const v = f32x4.add(
      f32x4.mul(vb2, v128.load(variance + at)),
      f32x4.mul(vc2, f32x4.mul(g, g)),
    );
    v128.store(mean + at, m);
    v128.store(variance + at, v);
    const move = f32x4.div(f32x4.mul(vs, m), f32x4.add(f32x4.sqrt(v), ve));
    v128.store(weight + at, f32x4.sub(f32x4.mul(vk, w), move));
  }
  for (; at < end; at += 4) {
    const w = load<f32>(weight + at);
    const g = load<f32>(gradient + at) + penalty * w;
    const m = beta1 * load<f32>(mean + at) + (1 - beta1) * g;
    const v = beta2 * load<f32>(variance + at) + (1 - beta2) * (g * g);
    store<f32>(mean + at, m);
    store<f32>(variance + at, v);
    store<f32>(weight + at, kept * w - step * m / (sqrt<f32>(v) + epsilon));
  }
}
