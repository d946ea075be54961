"""What a model may be: licences and class lists that Parvis accepts, and the reason when not.

The lists are closed. A class that is not known here is refused rather than ignored, because a model
that can name faces, plates, ages or emotions must never be loaded (docs: law, lines 7 and 8).
"""

LICENCES = frozenset(
    {
        "Apache-2.0",
        "MIT",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "ISC",
        "Zlib",
        "Unlicense",
        "CC0-1.0",
        "CC-BY-4.0",
        "CC-BY-3.0",
        "EUPL-1.2",
        "EtaLab-2.0",
    }
)
"""SPDX identifiers under which a town and its suppliers may use and pass on the weights."""

COUNTED = frozenset(
    {
        *("person", "pedestrian", "people", "rider", "cyclist", "bicycle", "bike", "car", "van"),
        *("bus", "truck", "lorry", "motorcycle", "motorbike", "moped", "scooter", "vehicle"),
    }
)
"""Names of classes that may be mapped onto a counted class."""

COCO = (
    *("person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat"),
    *("traffic light", "fire hydrant", "stop sign", "parking meter", "bench", "bird", "cat"),
    *("dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe", "backpack"),
    *("umbrella", "handbag", "tie", "suitcase", "frisbee", "skis", "snowboard", "sports ball"),
    *("kite", "baseball bat", "baseball glove", "skateboard", "surfboard", "tennis racket"),
    *("bottle", "wine glass", "cup", "fork", "knife", "spoon", "bowl", "banana", "apple"),
    *("sandwich", "orange", "broccoli", "carrot", "hot dog", "pizza", "donut", "cake", "chair"),
    *("couch", "potted plant", "bed", "dining table", "toilet", "tv", "laptop", "mouse"),
    *("remote", "keyboard", "cell phone", "microwave", "oven", "toaster", "sink"),
    *("refrigerator", "book", "clock", "vase", "scissors", "teddy bear", "hair drier"),
    "toothbrush",
)
"""The 80 classes of COCO, in their usual order: neutral things, of which Parvis keeps six."""

NEUTRAL = frozenset(COCO) | {"background", "tram", "tractor", "trailer", "animal", "other"}
"""Classes that a model may have beside the counted ones; their boxes are thrown away."""

_NEVER = {
    "face": "faces",
    "visage": "faces",
    "eye": "faces",
    "iris": "faces",
    "gaze": "faces",
    "landmark": "faces",
    "plate": "number plates",
    "plaque": "number plates",
    "lpr": "number plates",
    "gait": "gait",
    "age": "age",
    "child": "age",
    "adult": "age",
    "elderly": "age",
    "baby": "age",
    "gender": "gender",
    "sex": "gender",
    "man": "gender",
    "woman": "gender",
    "male": "gender",
    "female": "gender",
    "boy": "gender",
    "girl": "gender",
    "race": "ethnicity",
    "ethnic": "ethnicity",
    "ethnicity": "ethnicity",
    "skin": "ethnicity",
    "asian": "ethnicity",
    "hijab": "religion",
    "religion": "religion",
    "emotion": "emotion",
    "happy": "emotion",
    "sad": "emotion",
    "angry": "emotion",
    "anger": "emotion",
    "fear": "emotion",
    "neutral": "emotion",
    "surprise": "emotion",
    "disgust": "emotion",
    "identity": "identity",
    "embedding": "appearance embeddings",
    "reid": "appearance embeddings",
    "voice": "voice",
    "disabled": "health",
    "wheelchair": "health",
}


class ModelRefused(Exception):  # noqa: N818 - a refusal is a decision, not a fault
    """A model that Parvis will not load; the message says which rule and what to do."""


def check_licence(name: str, licence: str) -> None:
    """Accept a licence from the list.

    Raises:
        ModelRefused: any other licence, with the reason.
    """
    if licence in LICENCES:
        return
    known = ", ".join(sorted(LICENCES))
    if "GPL" in licence.upper():
        why = "copyleft terms would reach the town's and its suppliers' own software"
    elif "NC" in licence.upper().split("-"):
        why = "it forbids commercial use, which a town's suppliers need"
    else:
        why = "it is not among the licences that have been read and accepted"
    raise ModelRefused(f"model {name}: licence {licence!r} is refused: {why}. Accepted: {known}.")


def check_classes(name: str, labels: tuple[str, ...]) -> None:
    """Accept a class list made of counted and neutral classes only.

    Raises:
        ModelRefused: a class about a person's body or identity, or an unknown one.
    """
    for label in labels:
        plain = label.strip().lower().replace("_", " ").replace("-", " ")
        if plain in COUNTED or plain in NEUTRAL:
            continue
        words = set(plain.split()) | {word.rstrip("s") for word in plain.split()}
        about = next((_NEVER[word] for word in sorted(words) if word in _NEVER), None)
        if about:
            raise ModelRefused(
                f"model {name}: class {label!r} is refused: Parvis never processes {about}."
            )
        raise ModelRefused(
            f"model {name}: class {label!r} is not a known one; counted classes are "
            f"{', '.join(sorted(COUNTED))}; beside them a model may have the neutral ones of COCO."
        )
