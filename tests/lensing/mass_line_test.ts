import assert from "node:assert/strict";
import { LineMass, PointChain, PointMass, Vortex } from "../../src/lensing/mass/mod.ts";
import { Random } from "../../src/random.ts";

const SEEDS = 100;
/** Gauss-Legendre, 4 nodes in [-1, 1]. */
const NODES = [-0.8611363115940526, -0.33998104358485626, 0.33998104358485626, 0.8611363115940526];
const WEIGHTS = [0.34785484513745385, 0.6521451548625461, 0.6521451548625461, 0.34785484513745385];

Deno.test("a line is the limit of a fine chain of points", () => {
  for (let seed = 0; seed < SEEDS; seed++) {
    const random = new Random(seed).split();
    const options = {
      einsteinRadius: 0.1 + random.uniform(),
      length: 0.2 + 2 * random.uniform(),
      angle: 7 * random.uniform(),
      x: random.normal(),
      y: random.normal(),
    };
    const line = new LineMass(options);
    const away = 0.5 + random.uniform(), angle = 7 * random.uniform();
    const x = options.x + (options.length / 2 + away) * Math.cos(angle);
    const y = options.y + (options.length / 2 + away) * Math.sin(angle);
    // Midpoint rule: twice the points reduce the error by four.
    const errors = [100, 200, 400].map((count) => {
      const chain = new PointChain({ ...options, count });
      const a = chain.deflection(x, y), b = line.deflection(x, y);
      const s = chain.shear(x, y), t = line.shear(x, y);
      const potential = Math.abs(chain.potential(x, y) - line.potential(x, y));
      const shear = Math.hypot(s.gamma1 - t.gamma1, s.gamma2 - t.gamma2);
      return Math.max(Math.hypot(a.x - b.x, a.y - b.y), potential, shear);
    });
    assert.ok(errors[2]! < 1e-4, `seed ${seed}: ${errors}`);
    const better = errors[0]! / errors[1]!, again = errors[1]! / errors[2]!;
    assert.ok(Math.abs(better - 4) < 0.05 && Math.abs(again - 4) < 0.05, `seed ${seed}: ${errors}`);
  }
});

Deno.test("a chain of one point is a point", () => {
  const options = { einsteinRadius: 0.7, x: 0.2, y: 0.1 };
  const chain = new PointChain({ ...options, length: 1, angle: 1, count: 1 });
  const point = new PointMass(options);
  const found = chain.deflection(1, -1), wanted = point.deflection(1, -1);
  assert.ok(Math.hypot(found.x - wanted.x, found.y - wanted.y) < 1e-15);
});

Deno.test("the deflection across a line jumps by 2 pi m and is 0 on it", () => {
  const line = new LineMass({ einsteinRadius: 0.5, length: 2 }), m = 0.25 / 2;
  const above = line.deflection(0.3, 1e-12).y, below = line.deflection(0.3, -1e-12).y;
  assert.ok(Math.abs(above - Math.PI * m) < 1e-11 && Math.abs(below + Math.PI * m) < 1e-11);
  assert.equal(line.deflection(0.3, 0).y, 0);
  assert.ok(Math.abs(line.deflection(0.3, 0).x - m * Math.log(1.3 / 0.7)) < 1e-15);
});

Deno.test("a vortex is a bundle of lines", () => {
  // Slope -1: the line integral of rho is 2 (arccosh(1 / u) - sqrt(1 - u^2)), of integral pi / 2.
  for (let seed = 0; seed < 30; seed++) {
    const random = new Random(seed).split();
    const radius = [0.05, 0.3, 2][seed % 3]!;
    const vortex = new Vortex({ einsteinRadius: 1, length: 1, radius });
    const line = new LineMass({ einsteinRadius: 1, length: 1 });
    const side = random.uniform() < 0.5 ? -1 : 1;
    // Near an end, or in the middle, where a thin tube looks infinite.
    const x = seed % 2 ? side * 0.5 + (random.uniform() - 0.5) * 2 * radius : side * 0.1;
    const y = (random.uniform() - 0.5) * 3 * radius;
    const mean = (f: (s: number) => number) => {
      const cuts = [-radius, 0, radius];
      if (Math.abs(y) < radius) cuts.push(y);
      cuts.sort((a, b) => a - b);
      let sum = 0;
      for (let i = 0; i + 1 < cuts.length; i++) {
        sum += graded(
          (s) => {
            const u = Math.abs(s) / radius;
            return 2 / (Math.PI * radius) * (Math.acosh(1 / u) - Math.sqrt(1 - u * u)) * f(s);
          },
          cuts[i]!,
          cuts[i + 1]!,
        );
      }
      return sum;
    };
    const alpha = vortex.deflection(x, y), shear = vortex.shear(x, y);
    close(mean(() => 1), 1, "weight");
    close(mean((s) => line.potential(x, y - s)), vortex.potential(x, y), "potential");
    close(mean((s) => line.deflection(x, y - s).x), alpha.x, "deflection along");
    close(mean((s) => line.deflection(x, y - s).y), alpha.y, "deflection across");
    if (Math.abs(y) < radius) continue; // Lines through the point have no mean there.
    close(mean((s) => line.shear(x, y - s).gamma1), shear.gamma1, "gamma1");
    close(mean((s) => line.shear(x, y - s).gamma2), shear.gamma2, "gamma2");
  }
});

Deno.test("series and quadrature of a vortex agree at the boundary between them", () => {
  for (const slope of [-1.9, -1, 0, 3]) {
    const vortex = new Vortex({ einsteinRadius: 1, length: 1, radius: 0.2, slope });
    for (const angle of [0, 0.3, 1.57, 2.5, -2]) {
      const [near, far] = [2 - 1e-12, 2 + 1e-12].map((factor) =>
        vortex.deflection(0.5 + 0.2 * factor * Math.cos(angle), 0.2 * factor * Math.sin(angle))
      );
      close(near!.x, far!.x, `slope ${slope}, angle ${angle}`, 1e-11);
      close(near!.y, far!.y, `slope ${slope}, angle ${angle}`, 1e-11);
    }
  }
});

Deno.test("the convergence of a vortex integrates to its mass at any slope", () => {
  for (const slope of [-1.9, -1.5, -1, -0.5, -1e-9, 0, 1e-9, 0.5, 1, 2, 10]) {
    const vortex = new Vortex({ einsteinRadius: 0.3, length: 0.8, radius: 0.1, slope });
    const half = graded((y) => vortex.convergence(0.1, y), 0, 0.1);
    const wanted = Math.PI * 0.09;
    // At slope -1.9, (1e-9 / 0.1)^0.1 of the mass, a sixth, lies within 1e-9 arcsec of the axis.
    const within = slope < -1.5 ? 0.2 : slope < -1 ? 2e-4 : 1e-7;
    assert.ok(Math.abs(2 * half * 0.8 / wanted - 1) < within, `slope ${slope}: ${2 * half * 0.8}`);
    const inside = vortex.deflection(0, 0.05).y, at = vortex.deflection(0, 0.1).y;
    assert.ok(inside > 0 && at > 0);
  }
});

Deno.test("a vortex projects the density of the paper", () => {
  const slope = -0.5,
    radius = 0.2,
    vortex = new Vortex({
      einsteinRadius: 0.3,
      length: 1,
      radius,
      slope,
    });
  const rho = (r: number) => r < radius ? (r / radius) ** slope - 1 : 0;
  const project = (s: number) =>
    2 * graded((depth) => rho(Math.hypot(s, depth)), 0, Math.sqrt(radius ** 2 - s ** 2));
  const ratio = (s: number) => vortex.convergence(0.3, s) / project(s);
  for (const s of [0.01, 0.05, 0.1, 0.15]) close(ratio(s) / ratio(0.08), 1, `at ${s}`);
});

Deno.test("a thin vortex is a line, and a short one is a point", () => {
  const thin = new Vortex({ einsteinRadius: 0.5, length: 1, radius: 1e-6, slope: -0.5 });
  const line = new LineMass({ einsteinRadius: 0.5, length: 1 });
  const short = new Vortex({ einsteinRadius: 0.5, length: 1e-6, radius: 1e-6 });
  const point = new PointMass({ einsteinRadius: 0.5 });
  for (const [x, y] of [[0.1, 0.3], [0.9, -0.2], [-2, 1]] as const) {
    const a = thin.deflection(x, y), b = line.deflection(x, y);
    close(a.x, b.x, "thin");
    close(a.y, b.y, "thin");
    const c = short.deflection(x, y), d = point.deflection(x, y);
    close(c.x, d.x, "short");
    close(c.y, d.y, "short");
    close(short.potential(x, y), point.potential(x, y), "short", 1e-7); // 1e-16 over its length.
  }
});

/** An integral with panels halved towards both ends. */
function graded(f: (t: number) => number, from: number, to: number): number {
  const half = (to - from) / 2;
  let sum = 0;
  for (let k = 0; k < 48; k++) {
    const far = half * 2 ** -k, near = k === 47 ? 0 : far / 2;
    for (let i = 0; i < 4; i++) {
      for (const third of [0, 1, 2]) {
        const d = near + (far - near) * (third + 0.5 + 0.5 * NODES[i]!) / 3;
        sum += WEIGHTS[i]! / 2 * (far - near) / 3 * (f(from + d) + f(to - d));
      }
    }
  }
  return sum;
}

function close(found: number, wanted: number, what: string, tolerance = 1e-9): void {
  assert.ok(Math.abs(found - wanted) <= tolerance, `${what}: ${found}, not ${wanted}`);
}
