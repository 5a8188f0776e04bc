"""Makes golden.json: principal components of the shipped digits by scikit-learn.

    python3 tests/maps/golden.py
"""

import gzip
import json
import pathlib

import numpy as np
import sklearn
from sklearn.decomposition import PCA
from sklearn.neighbors import KNeighborsClassifier

HERE = pathlib.Path(__file__).parent
DIGITS = HERE.parent.parent / "data" / "digits"


def read(name: str) -> np.ndarray:
    data = gzip.open(DIGITS / f"{name}.gz").read()
    rank = data[3]
    shape = np.frombuffer(data, ">u4", rank, 4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * rank).reshape(shape)


train = read("train-images-idx3-ubyte").reshape(-1, 64) / 255
test = read("test-images-idx3-ubyte").reshape(-1, 64) / 255
train_labels, test_labels = read("train-labels-idx1-ubyte"), read("test-labels-idx1-ubyte")
pca = PCA(n_components=2, svd_solver="full")
many = pca.fit_transform(test)
few = PCA(n_components=2, svd_solver="full").fit_transform(test[:40])
accuracy = {
    k: KNeighborsClassifier(k, algorithm="brute").fit(train, train_labels).score(test, test_labels)
    for k in (1, 3)
}
golden = {
    "version": f"scikit-learn {sklearn.__version__}",
    "explained": pca.explained_variance_ratio_.tolist(),
    "first": many[:20].ravel().tolist(),
    "sums": np.abs(many).sum(axis=0).tolist(),
    "few": few.ravel().tolist(),
    "accuracy": accuracy,
}
(HERE / "golden.json").write_text(json.dumps(golden, indent=2) + "\n")
