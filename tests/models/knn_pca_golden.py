"""Golden numbers for knn and pca: scikit-learn and SciPy on the same small images.

Run: python3 tests/models/knn_pca_golden.py > tests/models/knn_pca_golden.json
"""

import json

import numpy as np
import scipy
import sklearn
from scipy.ndimage import gaussian_filter
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors

ROUND = 9
random = np.random.default_rng(7)
train = random.random((60, 5, 6)).astype(np.float32)
test = random.random((7, 5, 6)).astype(np.float32)


def rows(images, sigma):
    if sigma > 0:
        images = np.stack([gaussian_filter(image.astype(np.float64), sigma) for image in images])
    return images.reshape(len(images), -1).astype(np.float64)


def flat(values):
    # A line of text: a formatter would give each number of an array a line of its own.
    return " ".join(f"{float(value):.{ROUND}g}" for value in np.ravel(values))


knn = []
for metric in "cosine", "euclidean":
    for blur in 0, 1, 0.7:
        for neighbours in 1, 3:
            finder = NearestNeighbors(n_neighbors=neighbours, metric=metric, algorithm="brute")
            finder.fit(rows(train, blur))
            distances, _ = finder.kneighbors(rows(test, blur))
            knn.append({"metric": metric, "blur": blur, "neighbours": neighbours,
                        "distances": flat(distances.mean(1))})

pca = []
for components in 1, 4, 30:
    model = PCA(components, svd_solver="full").fit(rows(train, 0))
    back = model.inverse_transform(model.transform(rows(test, 0)))
    pca.append({"components": components, "variances": flat(model.explained_variance_),
                "codes": flat(np.abs(model.transform(rows(test, 0)))),
                "mse": flat(((rows(test, 0) - back) ** 2).mean(1))})

versions = f"scikit-learn {sklearn.__version__}, SciPy {scipy.__version__}"
golden = {"versions": versions, "train": flat(train), "test": flat(test), "knn": knn, "pca": pca}
print(json.dumps(golden, indent=2))
