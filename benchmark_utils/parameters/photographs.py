"""Names of the photographs that scikit-learn and scikit-image ship."""

# Only what the wheels contain: the other images of skimage.data are downloads.
SKLEARN_IMAGES = ("china", "flower")
SKIMAGE_IMAGES = (
    "astronaut", "brick", "camera", "cell", "chelsea", "clock", "coffee", "coins",
    "grass", "gravel", "hubble_deep_field", "immunohistochemistry", "microaneurysms",
    "moon", "page", "retina", "rocket", "text",
)  # fmt: skip
IMAGE_NAMES = tuple(sorted(SKLEARN_IMAGES + SKIMAGE_IMAGES))
