import assert from "node:assert/strict";
import type { MassProfile } from "../../src/lensing/mass/mod.ts";
import { Random } from "../../src/random.ts";
import { DRAW } from "./_mass_profiles.ts";

const SEEDS = 100;
/** Profiles whose parts are scattered about the centre. */
const SCATTERED = ["point masses", "pseudo-Jaffes"];

/** Fourth-order central difference. */
function slope(f: (t: number) => number, step: number): number {
  return (8 * (f(step) - f(-step)) - (f(2 * step) - f(-2 * step))) / (12 * step);
}

/**
 * Step and tolerance of differences. At the distance d from a singularity the error of the formula
 * scales as (step / d)^4, the rounding error as 1e-16 / step; points within 0.05 of a place where the
 * profile is not smooth are skipped.
 */
const STEP = 1e-4, TOLERANCE = 2e-7;

/** Whether convergence and shear are nearly constant within two steps. */
function smooth(lens: MassProfile, x: number, y: number): boolean {
  const steps = [-2, 0, 2].flatMap((i) => [-2, 0, 2].map((j) => [i * STEP, j * STEP] as const));
  const shears = steps.map(([dx, dy]) => {
    const { gamma1, gamma2 } = lens.shear(x + dx, y + dy);
    return [lens.convergence(x + dx, y + dy), gamma1, gamma2];
  });
  return [0, 1, 2].every((at) => {
    const values = shears.map((shear) => shear[at]!);
    return Math.max(...values) - Math.min(...values) < 0.02;
  });
}

for (const [name, draw] of Object.entries(DRAW)) {
  Deno.test(`${name}: deflection, convergence and shear are derivatives of the potential`, () => {
    let tested = 0;
    for (let seed = 0; seed < SEEDS; seed++) {
      const random = new Random(seed).split();
      const at = {
        x: random.normal() * 0.3,
        y: random.normal() * 0.3,
        angle: 7 * random.uniform(),
      };
      const lens = draw(random).place(at);
      const x = 1.5 * random.normal(), y = 1.5 * random.normal();
      if (!smooth(lens, x, y)) continue;
      tested++;
      const alpha = lens.deflection(x, y), shear = lens.shear(x, y), kappa = lens.convergence(x, y);
      const alphaX = slope((t) => lens.potential(x + t, y), STEP);
      const alphaY = slope((t) => lens.potential(x, y + t), STEP);
      const xx = slope((t) => lens.deflection(x + t, y).x, STEP);
      const xy = slope((t) => lens.deflection(x + t, y).y, STEP);
      const yx = slope((t) => lens.deflection(x, y + t).x, STEP);
      const yy = slope((t) => lens.deflection(x, y + t).y, STEP);
      const pairs = {
        alphaX: [alphaX, alpha.x],
        alphaY: [alphaY, alpha.y],
        kappa: [(xx + yy) / 2, kappa],
        gamma1: [(xx - yy) / 2, shear.gamma1],
        gamma2: [xy, shear.gamma2],
        curl: [xy - yx, 0],
      };
      for (const [what, [found, wanted]] of Object.entries(pairs)) {
        const off = Math.abs(found! - wanted!);
        assert.ok(off <= TOLERANCE, `seed ${seed} at ${x}, ${y}: ${what} ${found}, not ${wanted}`);
      }
    }
    assert.ok(tested >= 0.8 * SEEDS, `only ${tested} points were smooth`);
  });

  Deno.test(`${name}: a moved and rotated lens is the same lens`, () => {
    for (let seed = 0; seed < SEEDS; seed++) {
      const random = new Random(seed).split(), drawn = draw(random);
      const origin = drawn.place({ x: 0, y: 0, angle: 0 });
      const at = { x: random.normal(), y: random.normal(), angle: 7 * random.uniform() };
      const lens = drawn.place(at), cos = Math.cos(at.angle), sin = Math.sin(at.angle);
      const u = 1.5 * random.normal(), v = 1.5 * random.normal();
      const x = at.x + cos * u - sin * v, y = at.y + sin * u + cos * v;
      const before = origin.deflection(u, v), after = lens.deflection(x, y);
      close(after.x, cos * before.x - sin * before.y, `seed ${seed}: deflection along x`);
      close(after.y, sin * before.x + cos * before.y, `seed ${seed}: deflection along y`);
      close(lens.potential(x, y), origin.potential(u, v), `seed ${seed}: potential`);
      close(lens.convergence(x, y), origin.convergence(u, v), `seed ${seed}: convergence`);
      const old = origin.shear(u, v), turned = lens.shear(x, y);
      const cos2 = cos * cos - sin * sin, sin2 = 2 * cos * sin;
      close(turned.gamma1, cos2 * old.gamma1 - sin2 * old.gamma2, `seed ${seed}: gamma1`);
      close(turned.gamma2, sin2 * old.gamma1 + cos2 * old.gamma2, `seed ${seed}: gamma2`);
      if (drawn.round) close(lens.potential(at.x + u, at.y + v), origin.potential(u, v), "round");
    }
  });

  Deno.test(`${name}: addDeflection agrees with deflection and adds to its output`, () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = new Random(seed).split();
      const lens = draw(random).place({ x: 0.1, y: -0.2, angle: 7 * random.uniform() });
      const x = Float64Array.from({ length: 50 }, () => 2 * random.normal());
      const y = Float64Array.from({ length: 50 }, () => 2 * random.normal());
      x.set([0.1, 0.1, 0.1 + 1e-12]);
      y.set([-0.2, 3, -0.2]);
      const alphaX = new Float64Array(50).fill(7), alphaY = new Float64Array(50).fill(-7);
      lens.addDeflection({ x, y, alphaX, alphaY });
      for (let i = 0; i < 50; i++) {
        const alpha = lens.deflection(x[i]!, y[i]!);
        close(alphaX[i]!, 7 + alpha.x, `seed ${seed}, point ${i}`);
        close(alphaY[i]!, -7 + alpha.y, `seed ${seed}, point ${i}`);
      }
    }
  });

  Deno.test(`${name}: all values are finite, and the centre is not deflected`, () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = new Random(seed).split(), drawn = draw(random);
      const lens = drawn.place({ x: 0.5, y: 0.25, angle: seed % 2 ? random.uniform() : 0 });
      for (const [x, y] of [[0.5, 0.25], [0.5 + 1e-13, 0.25], [0.5, 0.25 - 1e-10], [0.9, 0.25]]) {
        const alpha = lens.deflection(x!, y!), shear = lens.shear(x!, y!);
        const numbers = [alpha.x, alpha.y, shear.gamma1, shear.gamma2];
        numbers.push(lens.potential(x!, y!), lens.convergence(x!, y!));
        assert.ok(numbers.every(Number.isFinite), `seed ${seed} at ${x}, ${y}: ${numbers}`);
      }
      if (SCATTERED.includes(name)) continue;
      const alpha = lens.deflection(0.5, 0.25);
      assert.ok(Math.hypot(alpha.x, alpha.y) < 1e-12, `seed ${seed}: ${alpha.x}, ${alpha.y}`);
    }
  });

  if (draw(new Random(0)).pointEinsteinRadius === undefined) continue;
  Deno.test(`${name}: has the requested mass, about its centre`, () => {
    for (let seed = 0; seed < SEEDS; seed++) {
      const random = new Random(seed).split(), drawn = draw(random);
      const lens = drawn.place({ x: 0.5, y: -0.25, angle: 7 * random.uniform() });
      // Gauss: the flux of the deflection through a circle is pi times the squared Einstein radius
      // of the enclosed mass; its first harmonic is the offset of the centre of mass.
      const count = 200, radius = 1000;
      let flux = 0, along = 0, across = 0;
      for (let i = 0; i < count; i++) {
        const cos = Math.cos(2 * Math.PI * i / count), sin = Math.sin(2 * Math.PI * i / count);
        const alpha = lens.deflection(0.5 + radius * cos, -0.25 + radius * sin);
        const outward = (alpha.x * cos + alpha.y * sin) * radius / count;
        flux += outward;
        along += 2 * outward * cos * radius;
        across += 2 * outward * sin * radius;
      }
      const wanted = (drawn.pointEinsteinRadius ?? NaN) ** 2;
      // A sphere truncated at 1 arcsec has 0.0005 of its mass beyond 1000 arcsec.
      const tolerance = name.startsWith("pseudo") ? 1e-3 : 1e-10;
      assert.ok(Math.abs(flux - wanted) <= tolerance * wanted + 1e-15, `seed ${seed}: ${flux}`);
      if (SCATTERED.includes(name)) continue;
      assert.ok(Math.hypot(along, across) <= 1e-8 * wanted, `seed ${seed}: ${along}, ${across}`);
    }
  });
}

function close(found: number, wanted: number, what: string): void {
  const tolerance = 1e-11 * Math.max(1, Math.abs(wanted));
  assert.ok(Math.abs(found - wanted) <= tolerance, `${what}: ${found}, not ${wanted}`);
}
