"""From scores of a stray model to its combined score and to p-values; see ../model-file.md."""
import numpy as np

def calibration(tensors, name):  # scores of normal images, ascending, and which image each is of
    scores = np.asarray(tensors["calibration/" + name], float)
    return scores, np.asarray(tensors.get("calibration/images/" + name, np.arange(len(scores))))

def count_above(sorted_scores, score, own=False):  # how many are at least as high, with fractions
    low = np.searchsorted(sorted_scores, score)
    rest = np.delete(sorted_scores, low) if own else sorted_scores
    count = len(rest)
    if count == 0: return 1
    if low == count: return max((rest[-1] - rest[0]) / (score - rest[0]), 1e-9 / (1 + score - rest[-1]))
    return count if low == 0 else count - low + (rest[low] - score) / (rest[low] - rest[low - 1])

def detector(tensors, name):  # functions of a score's name: from its parts to scores, and from scores to p
    parts = name.split("+")
    columns, images = zip(*(calibration(tensors, part) for part in parts))
    common = [image for image in images[0] if all(image in others for others in images)]
    aligned = [scores[[list(of).index(image) for image in common]] for scores, of in zip(columns, images)]
    ordered = [np.sort(column) for column in aligned]
    combine = lambda columns, own=False: np.array([
        np.log10((len(common) + 1) / len(parts) * sum(1 / count_above(o, s, own) for o, s in zip(ordered, row)))
        for row in zip(*columns)])
    score = combine if len(parts) > 1 else lambda columns: np.asarray(columns[0], float)
    normal = combine(aligned, True) if len(parts) > 1 else columns[0]
    p = lambda scores: [(1 + (normal >= s - 1e-5 * abs(s)).sum()) / (len(normal) + 1) for s in scores]
    return score, p
