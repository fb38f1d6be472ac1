"""What scikit-learn asks of an estimator."""

from collections.abc import Mapping
from typing import Any


def tags(
    kind: str | None, transforms: bool, special: Mapping[str, Any]
) -> Any:
    """Return scikit-learn's tags of an estimator.

    Parameters
    ----------
    kind : str or None
        "classifier", "regressor", "transformer" ...
    transforms : bool
        Whether it has a method `transform`.
    special : mapping
        Tags that differ from the default, by dotted name: {"classifier_tags.multi_class": False}.

    Returns
    -------
    sklearn.utils.Tags
    """
    from sklearn.utils import (
        ClassifierTags,
        InputTags,
        RegressorTags,
        Tags,
        TargetTags,
        TransformerTags,
    )

    result = Tags(
        estimator_type=kind,
        target_tags=TargetTags(required=kind in ("classifier", "regressor")),
        classifier_tags=ClassifierTags() if kind == "classifier" else None,
        regressor_tags=RegressorTags() if kind == "regressor" else None,
        transformer_tags=TransformerTags() if transforms else None,
        input_tags=InputTags(),
    )
    for path, value in special.items():
        *parents, leaf = path.split(".")
        node: Any = result
        for parent in parents:
            node = getattr(node, parent)
        setattr(node, leaf, value)
    return result
