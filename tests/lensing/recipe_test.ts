import assert from "node:assert/strict";
import { StrayError } from "../../src/errors.ts";
import {
  changeRecipe,
  drawParameters,
  haloOf,
  haloPropertiesOf,
  instrumentChanges,
  LENS_CLASSES,
  type LensClass,
  type LensParameters,
  LineMass,
  makeImage,
  namedRandom,
  parameterEntry,
  parseRecipe,
  type Recipe,
  RECIPE_NAMES,
  RECIPES,
  resizeRecipe,
  substructureOf,
  writeRecipe,
} from "../../src/lensing/mod.ts";

function parametersOf(recipe: Recipe, lensClass: LensClass, index = 0): LensParameters {
  return drawParameters(recipe, { seed: 3, lensClass, index });
}

function made(recipe: Recipe, lensClass: LensClass, index = 0) {
  return makeImage(parametersOf(recipe, lensClass, index), {
    lensClass,
    noise: namedRandom(3, lensClass, index, "noise"),
    clumps: namedRandom(3, lensClass, index, "clumps"),
    psfImage: { width: 3, height: 3, data: [0, 1, 0, 1, 4, 1, 0, 1, 0] },
  });
}

function refuses(act: () => unknown, message: RegExp, hint?: RegExp): void {
  assert.throws(act, (error: unknown) => {
    assert.ok(error instanceof StrayError);
    assert.match(error.message, message);
    if (hint) assert.match(error.hint ?? "", hint);
    return true;
  });
}

const small = (recipe: Recipe) => resizeRecipe(recipe, { width: 32, height: 32 });

Deno.test("every recipe makes images of every class, with substructure and noise", () => {
  for (const name of RECIPE_NAMES) {
    const recipe = small(RECIPES[name]);
    for (const lensClass of LENS_CLASSES) {
      for (let index = 0; index < 6; index++) {
        const { noisy, clean, residual, signalToNoise, range } = made(recipe, lensClass, index);
        const thing = `${name} ${lensClass} ${index}`;
        assert.ok(noisy.every(Number.isFinite) && clean.every((value) => value >= 0), thing);
        assert.ok(clean.every((value, i) => value !== noisy[i]), `${thing}: no noise`);
        assert.ok(signalToNoise > 5, `${thing}: the source is too faint`);
        assert.ok(range[0] < 0 && range[1] > 0, thing);
        const { max, rms } = residual;
        if (lensClass === "no_sub") {
          assert.deepEqual([max, rms, residual.signal_to_noise], [0, 0, 0]);
        } else {assert.ok(
            max > rms && rms > 0 && residual.signal_to_noise > 0,
            `${thing}: no residual`,
          );}
      }
    }
  }
});

Deno.test("parameters are drawn by name: a change to one leaves the others unchanged", () => {
  const before = parametersOf(RECIPES.realistic, "cdm");
  const changed = changeRecipe(RECIPES.realistic, { "halo.axis_ratio": "uniform(0.3, 0.4)" }, "x");
  const after = parametersOf(changed, "cdm");
  assert.notEqual(after["halo.axis_ratio"], before["halo.axis_ratio"]);
  const { "halo.axis_ratio": _a, ...restBefore } = before;
  const { "halo.axis_ratio": _b, ...restAfter } = after;
  assert.deepEqual(restAfter, restBefore);
  assert.notDeepEqual(parametersOf(RECIPES.realistic, "cdm", 1), before);
});

Deno.test("lens and source are constant in model-a and vary in model-b", () => {
  const of = (name: "model-a" | "model-b", index: number) => {
    const { clean } = made(small(RECIPES[name]), "no_sub", index);
    return [...clean];
  };
  assert.deepEqual(of("model-a", 0), of("model-a", 1));
  assert.notDeepEqual(of("model-b", 0), of("model-b", 1));
  const radii = ["cdm", "vortex"] as const;
  for (const lensClass of radii) {
    const [a, b] = [0, 1].map((index) => made(small(RECIPES["model-a"]), lensClass, index));
    assert.notDeepEqual([...a!.clean], [...b!.clean], "substructure varies");
  }
});

Deno.test("the Einstein radius of 1e12 Msun uses angular-diameter distances", () => {
  const { einstein_radius, halo_mass } = haloPropertiesOf(
    parametersOf(RECIPES["deeplense-1"], "no_sub"),
  );
  // astropy 5.2 and lenstronomy 1.14.2, H0 70, Om 0.3; luminosity distances would give 1.281.
  assert.ok(Math.abs(einstein_radius - 1.6645) < 1e-4);
  assert.ok(Math.abs(halo_mass / 1e12 - 1) < 1e-12);
});

Deno.test("substructure has the requested mass, about the centre of the halo", () => {
  const far = 1e5;
  const changes = { "halo.x": 0.3, "halo.y": -0.2 };
  for (const name of ["model-b", "realistic"] as const) {
    for (const lensClass of ["cdm", "vortex"] as const) {
      for (const fraction of [0.01, 0.05]) {
        const recipe = changeRecipe(RECIPES[name], {
          ...changes,
          "subhalo.fraction": fraction,
          "vortex.fraction": fraction,
          "vortex.x": 0,
          "vortex.y": 0,
        }, "x");
        const parameters = parametersOf(recipe, lensClass);
        const mass = substructureOf(parameters, lensClass)!;
        const { einstein_radius } = haloPropertiesOf(parameters);
        const squared = mass.deflection(far, 0).x * far;
        assert.ok(
          Math.abs(squared / (fraction * einstein_radius ** 2) - 1) < 1e-3,
          `${name} ${lensClass} ${fraction}`,
        );
      }
    }
  }
});

Deno.test("a vortex passes through the centre of the halo, along its angle", () => {
  for (let index = 0; index < 20; index++) {
    const parameters = parametersOf(RECIPES["model-b"], "vortex", index);
    const vortex = substructureOf(parameters, "vortex")!;
    const angle = parameters["vortex.angle"] as number;
    const size = (phi: number) => {
      const { x, y } = vortex.deflection(Math.cos(phi), Math.sin(phi));
      return Math.hypot(x, y);
    };
    const centre = vortex.deflection(0, 0);
    assert.ok(Math.hypot(centre.x, centre.y) < 1e-9, "both sides cancel");
    const along = size(angle);
    for (const turn of [0.5, 1, Math.PI / 2, 2, 2.6]) {
      assert.ok(along > size(angle + turn), "its ends are nearest along its angle");
    }
    assert.ok(Math.abs(along - size(angle + Math.PI)) < 1e-9);
  }
});

Deno.test("line, chain and tube agree from afar; the axion mass sets the length", () => {
  const of = (changes: Readonly<Record<string, number | string>>) => {
    const recipe = changeRecipe(RECIPES["model-b"], changes, "x");
    return substructureOf(parametersOf(recipe, "vortex"), "vortex")!.deflection(0.3, 1.1);
  };
  const line = of({ "vortex.profile": "line" });
  for (const profile of ["chain", "tube"]) {
    const { x, y } = of({ "vortex.profile": profile });
    assert.ok(Math.hypot(x - line.x, y - line.y) < 0.01 * Math.hypot(line.x, line.y), profile);
  }
  const ofAxion = of({ "vortex.profile": "line", "vortex.axion_mass": 6e-24 }); // 0.06 / 0.06 arcsec
  assert.ok(Math.hypot(ofAxion.x - line.x, ofAxion.y - line.y) < 1e-12);
  for (const [mass, length] of [[1e-22, 0.06], [1e-24, 6]] as const) {
    const changes = { "vortex.profile": "line", "vortex.axion_mass": mass };
    const recipe = changeRecipe(RECIPES["model-b"], changes, "x");
    const vortex = substructureOf(parametersOf(recipe, "vortex"), "vortex");
    assert.ok(vortex instanceof LineMass && Math.abs(vortex.length / length - 1) < 1e-12);
  }
});

Deno.test("every choice of a recipe works", () => {
  for (const name of ["psf.kind", "subhalo.profile", "vortex.profile", "image.stretch"] as const) {
    for (const word of parameterEntry(name).choices!) {
      const recipe = changeRecipe(small(RECIPES["model-b"]), { [name]: word }, "x");
      const { noisy } = made(recipe, name === "vortex.profile" ? "vortex" : "cdm");
      assert.ok(noisy.every(Number.isFinite), `${name} ${word}`);
    }
  }
});

Deno.test("Poisson numbers of subhalos are used, and each subhalo has its own draws", () => {
  const numbers = Array.from({ length: 200 }, (_, index) => {
    const parameters = parametersOf(RECIPES["deeplense-1"], "cdm", index);
    const masses = parameters["subhalo.mass"] as readonly number[];
    assert.equal(masses.length, parameters["subhalo.number"]);
    assert.equal(new Set(masses).size, masses.length);
    return masses.length;
  });
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  const variance = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numbers.length;
  assert.ok(Math.abs(mean - 25) < 5 * 5 / Math.sqrt(200), `${mean}`);
  assert.ok(variance > 15 && variance < 40, `${variance}`);
  const rare = changeRecipe(RECIPES["deeplense-1"], { "subhalo.number": "poisson(0.1)" }, "x");
  for (let index = 0; index < 20; index++) {
    assert.ok(parametersOf(rare, "cdm", index)["subhalo.number"] as number >= 1);
  }
});

Deno.test("parameters of other classes are not drawn", () => {
  const keys = (lensClass: LensClass) => Object.keys(parametersOf(RECIPES["model-b"], lensClass));
  assert.ok(!keys("no_sub").some((key) => /^(subhalo|vortex)\./.test(key)));
  assert.ok(keys("cdm").includes("subhalo.mass") && !keys("cdm").includes("vortex.length"));
  assert.ok(keys("vortex").includes("vortex.length") && !keys("vortex").includes("subhalo.mass"));
});

Deno.test("recipes are written and read back unchanged", () => {
  for (const name of RECIPE_NAMES) {
    const json = JSON.parse(JSON.stringify(writeRecipe(RECIPES[name])));
    assert.deepEqual(parseRecipe(json, name), RECIPES[name]);
  }
});

Deno.test("a size keeps the field of view; a camera sets the pixel scale", () => {
  const { parameters } = resizeRecipe(RECIPES["model-b"], { width: 50, height: 40 });
  assert.deepEqual(parameters["image.pixel_scale"], { kind: "constant", value: 0.15 });
  const seen = changeRecipe(RECIPES["model-b"], instrumentChanges("rubin"), "x");
  assert.deepEqual(seen.parameters["image.pixel_scale"], { kind: "constant", value: 0.2 });
  // Four pixels of half the size have the flux of one.
  const noiseless = { "psf.kind": "none", "image.subpixels": 4 } as const;
  const recipe = changeRecipe(RECIPES["model-b"], noiseless, "x");
  const sum = (side: number) => {
    const image = made(resizeRecipe(recipe, { width: side, height: side }), "no_sub");
    return image.clean.reduce((total, value) => total + value, 0);
  };
  assert.ok(Math.abs(sum(40) / sum(80) - 1) < 0.01);
});

Deno.test("setting an alternative removes the others", () => {
  const recipe = changeRecipe(RECIPES["model-b"], { "halo.velocity_dispersion": 250 }, "x");
  assert.equal(recipe.parameters["halo.einstein_radius"], undefined);
  const { einstein_radius } = haloPropertiesOf(parametersOf(recipe, "no_sub"));
  const halo = haloOf({ ...parametersOf(recipe, "no_sub"), "shear.magnitude": 0 });
  assert.ok(Math.abs(halo.deflection(3, 0).x - einstein_radius) < 1e-9);
  const point = changeRecipe(RECIPES["model-b"], { "source.x": 0.1, "source.y": 0 }, "x");
  assert.equal(point.parameters["source.distance"], undefined);
});

Deno.test("a recipe that extends another need not change parameters", () => {
  const { parameters } = parseRecipe({ extends: "model-b" }, "mine.json");
  assert.deepEqual(parameters, RECIPES["model-b"].parameters);
});

Deno.test("invalid recipes are rejected, with hints", () => {
  const parse = (json: unknown) => () => parseRecipe(json, "mine.json");
  const set = (parameters: unknown) => parse({ extends: "model-b", parameters });
  refuses(
    set({ "halo.einstien_radius": 1 }),
    /^Cannot use the recipe "mine.json" as it has no parameter "halo.einstien_radius"$/,
    /^did you mean halo.einstein_radius\?$/,
  );
  refuses(set({ xyzzy: 1 }), /no parameter "xyzzy"/, /^the parameters are cosmology\.hubble, /);
  refuses(
    set({ "halo.axis_ratio": 1.5 }),
    /as halo.axis_ratio must be a number above 0 and at most 1: current value is 1.5$/,
  );
  refuses(
    set({ "halo.mass": -1e12 }),
    /as halo.mass must be a number above 0: current value is -1/,
  );
  refuses(
    set({ "halo.axis_ratio": "normal(0.8, 0.1)" }),
    /at most 1/,
    /MEAN, DEVIATION, LOW, HIGH/,
  );
  refuses(
    set({ "lens.redshift": 1.2 }),
    /source.redshift must be above lens.redshift: current values are 1 and 1.2$/,
    /in front of the lens is not lensed/,
  );
  refuses(set({ "lens.redshift": "uniform(0.4, 1)" }), /must be above lens.redshift/);
  refuses(
    set({ "psf.fwhm": 25, "image.pixel_scale": "uniform(0.05, 0.1)" }),
    /psf.fwhm must be at most 480 pixels for a PSF of kind gaussian: current value is 500 pixels, 25 arcsec at image.pixel_scale 0.05$/,
    /set a smaller psf.fwhm/,
  );
  refuses(set({ "image.pixel_scale": 1e-30 }), /psf.fwhm must be at most 480 pixels/);
  refuses(set({ "psf.fwhm": 8, "psf.kind": "airy" }), /must be at most 128 pixels/);
  assert.doesNotThrow(set({ "psf.fwhm": "lognormal(0.1, 0.2)" }));
  assert.doesNotThrow(set({ "image.pixel_scale": "lognormal(0.05, 0.1)" }));
  assert.doesNotThrow(set({ "psf.fwhm": 25, "psf.kind": "none" }));
  refuses(set({ "halo.mass": 1e12, "halo.einstein_radius": 1 }), /are alternatives$/);
  refuses(set({ "source.x": 1 }), /must have source.x with source.y or source.distance with/);
  refuses(set({ "halo.x": true }), /as parameters\.halo\.x must be .*: current value is true/);
  refuses(parse({ parameters: {} }), /must have halo.einstein_radius or halo.mass or/);
  refuses(parse({ extends: "model-c", parameters: {} }), /no such recipe/, /did you mean model-/);
  refuses(
    parse({ extend: "model-b", parameters: {} }),
    /no field "extend"/,
    /did you mean extends/,
  );
  refuses(parse({ about: "nothing" }), /must have halo.einstein_radius or halo.mass or/);
  refuses(parse([]), /as it must be an object: it is a list$/);
});

Deno.test("parameters that are missing or out of range are errors that name them", () => {
  const good = parametersOf(RECIPES["model-b"], "cdm");
  const make = (changes: LensParameters) => () =>
    makeImage({ ...good, ...changes }, {
      lensClass: "cdm",
      noise: namedRandom("noise"),
      clumps: namedRandom("clumps"),
    });
  refuses(
    make({ "halo.axis_ratio": 0 }),
    /as halo.axis_ratio must be a number above 0 and at most 1: current value is 0$/,
  );
  refuses(
    make({ "halo.axis_ratio": 1.2 }),
    /halo.axis_ratio must be .* at most 1: current value is 1.2$/,
  );
  refuses(make({ "source.redshift": 0.4 }), /source.redshift must be above lens.redshift, 0.5/);
  refuses(
    make({ "subhalo.mass": [1e8, -1] }),
    /subhalo.mass must be for each subhalo a number above 0: .* -1/,
  );
  refuses(
    make({ "subhalo.mass": [1e8] }),
    /must be lists of equal length: current lengths are 1, 25 and 25/,
  );
  refuses(make({ "halo.x": NaN }), /halo.x must be a number: current value is NaN/);
  refuses(make({ "psf.kind": "square" }), /psf.kind must be gaussian, moffat, airy, image or none/);
  refuses(make({ "source.profile": "image" }), /source must be an image/, /--source IMAGE/);
});
