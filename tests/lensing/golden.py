"""Recomputes mass_golden.json and golden/ with lenstronomy and astropy.

    python3 tests/lensing/golden.py && deno fmt tests/lensing

The inputs are read from the files and stay: parameters, points, redshifts and image sizes. All
outputs are computed from them and written in place: deflections, potentials, convergences, shears,
distances, and the images (.npy).

Run as a whole with lenstronomy 1.14.2, astropy 5.2.1, NumPy 1.24.2 and SciPy 1.10.1: images come
out bit for bit as they are stored, other values within a few units of the last digit. The exception is
second derivatives of the SIE, which lenstronomy takes as finite differences: up to 1e-5.
"""

import json
from pathlib import Path

import numpy as np
from astropy import constants, units
from astropy.cosmology import FlatLambdaCDM
from lenstronomy.Data.imaging_data import ImageData
from lenstronomy.Data.psf import PSF
from lenstronomy.ImSim.image_model import ImageModel
from lenstronomy.LensModel.lens_model import LensModel
from lenstronomy.LightModel.light_model import LightModel

FOLDER = Path(__file__).parent

# Our name of a case: lenstronomy's components.
PROFILES = {
    "sis": ["SIS"],
    "sie": ["SIE"],
    "point_mass": ["POINT_MASS"],
    "nfw": ["NFW"],
    "shear": ["SHEAR"],
    "mass_sheet": ["CONVERGENCE"],
    "sie_plus_shear": ["SIE", "SHEAR"],
}
PARAMETERS = {
    "SIS": ["theta_E"],
    "SIE": ["theta_E", "e1", "e2"],
    "POINT_MASS": ["theta_E"],
    "NFW": ["Rs", "alpha_Rs"],
    "SHEAR": ["gamma1", "gamma2"],
    "CONVERGENCE": ["kappa"],
}


def keywords(component, params, centre):
    """lenstronomy's keywords; `SHEAR` and `CONVERGENCE` call their centre (ra_0, dec_0)."""
    x, y = ("ra_0", "dec_0") if component in ("SHEAR", "CONVERGENCE") else ("center_x", "center_y")
    return {key: params[key] for key in PARAMETERS[component]} | {x: centre[0], y: centre[1]}


def profile(name, case):
    """Fills a case of mass_golden.json; the shear of `sie_plus_shear` is centred on (0, 0)."""
    components, params = PROFILES[name], case["params"]
    x, y = np.array(case["x"]), np.array(case["y"])
    centres = [(params["x"], params["y"]), (0, 0)]
    lens = LensModel(components)
    args = [keywords(one, params, centre) for one, centre in zip(components, centres)]
    alpha_x, alpha_y = lens.alpha(x, y, args)
    potential = lens.potential(x, y, args)
    gamma1, gamma2 = lens.gamma(x, y, args)
    values = {
        "alpha_x": alpha_x,
        "alpha_y": alpha_y,
        "potential_minus_first": potential - potential[0],
        "kappa": lens.kappa(x, y, args),
        "gamma1": gamma1,
        "gamma2": gamma2,
    }
    for key, value in values.items():
        case[key] = np.broadcast_to(value, x.shape).tolist()


def distances(case):
    """Fills a case of the cosmology: Mpc, Msun/Mpc^2, and arcsec for a point mass of 1e12 Msun."""
    cosmology = FlatLambdaCDM(H0=case["H0"], Om0=case["Om0"], Tcmb0=0)
    near, far = case["z_lens"], case["z_source"]
    lens = cosmology.angular_diameter_distance(near)
    source = cosmology.angular_diameter_distance(far)
    between = cosmology.angular_diameter_distance_z1z2(near, far)
    critical = constants.c**2 / (4 * np.pi * constants.G) * source / (lens * between)
    theta = np.sqrt(1e12 * units.Msun / (np.pi * critical)) / lens * units.rad
    case.update({
        "D_L_Mpc": lens.to_value("Mpc"),
        "D_S_Mpc": source.to_value("Mpc"),
        "D_LS_Mpc": between.to_value("Mpc"),
        "theta_E_point_mass_1e12_Msun_arcsec": theta.to_value("arcsec"),
        "sigma_crit_Msun_per_Mpc2": critical.to_value("Msun / Mpc2"),
    })


def image(case):
    """Writes an image before and after the PSF: every stride-th row and column, float32."""
    side, scale, source = case["npix"], case["pixel_scale"], case["source"]
    corner = -(side - 1) / 2 * scale
    data = ImageData(
        image_data=np.zeros((side, side)),
        transform_pix2angle=scale * np.eye(2),
        ra_at_xy_0=corner,
        dec_at_xy_0=corner,
    )
    points = case["point_masses"]
    lens = LensModel(["SIE", "SHEAR"] + ["POINT_MASS"] * len(points))
    lens_args = [keywords("SIE", case, (0, 0)), keywords("SHEAR", case, (0, 0))]
    lens_args += [keywords("POINT_MASS", point, (point["x"], point["y"])) for point in points]
    light_args = [{
        **{key: source[key] for key in ("amp", "R_sersic", "n_sersic", "e1", "e2")},
        "center_x": source["x"],
        "center_y": source["y"],
    }]

    def seen(psf):
        light = LightModel(["SERSIC_ELLIPSE"])
        model = ImageModel(data, psf, lens_model_class=lens, source_model_class=light)
        pixels = model.image(kwargs_lens=lens_args, kwargs_source=light_args)
        return pixels.astype(np.float32)

    def write(name, pixels):
        np.save(FOLDER / "golden" / name, pixels[:: case["stride"], :: case["stride"]])

    sharp = seen(PSF("NONE"))
    write(case["file_no_psf"], sharp)
    case["peak_no_psf"] = float(sharp.max())
    case["sum_no_psf"] = float(sharp.sum(dtype=float))
    if case["psf_fwhm"] is None:
        case["peak"] = case["peak_no_psf"]
        return
    truncation = case["psf_truncation_sigma"]
    blurred = seen(PSF("GAUSSIAN", fwhm=case["psf_fwhm"], truncation=truncation, pixel_size=scale))
    write(case["file"], blurred)
    case["peak"] = float(blurred.max())


def update(name, fill):
    """Reads a JSON file, fills it, and writes it in place."""
    content = json.loads((FOLDER / name).read_text())
    fill(content)
    (FOLDER / name).write_text(json.dumps(content, indent=2) + "\n")


def fill_mass(golden):
    for name, cases in golden["profiles"].items():
        for case in cases:
            profile(name, case)
    for case in golden["cosmology"]:
        distances(case)


def fill_images(golden):
    for case in golden["images"]:
        image(case)


update("mass_golden.json", fill_mass)
update("golden/images.json", fill_images)
